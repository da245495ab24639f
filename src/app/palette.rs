//! Everything by name: resources, commands, people and fields, ranked while one types.

use super::line::Line;
use super::model::{ListId, Model, View};
use crate::catalog::Catalog;
use crate::input::{Command, Context};
use crate::odata::Target;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32String};
use std::cmp::Reverse;

/// Where an entry leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Goal {
    /// A resource.
    Resource(&'static str),
    /// A command.
    Command(Command),
    /// An entity of a list.
    Entity(Target),
    /// A field of the form below.
    Field(String),
    /// A theme.
    Theme(String),
    /// An operation, by the name of what it takes.
    Operation(&'static str),
    /// A new entity of a resource.
    New(&'static str),
}

/// An entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What people call it.
    pub title: String,
    /// Its wire name, key or place.
    pub detail: String,
    /// Where it leads.
    pub goal: Goal,
}

/// The palette.
#[derive(Debug)]
pub struct Palette {
    /// What is typed.
    pub line: Line,
    /// The selected entry.
    pub at: usize,
    /// What matches, best first.
    pub entries: Vec<Entry>,
    fixed: Vec<Fixed>,
    context: Context,
}

/// An entry that is there whatever is typed, made ready to be matched.
#[derive(Debug)]
struct Fixed {
    entry: Entry,
    text: Utf32String,
    /// The folded title of a resource.
    resource: Option<String>,
    /// The folded text of an operation, or of a new entity.
    operation: Option<String>,
}

impl From<Entry> for Fixed {
    fn from(entry: Entry) -> Self {
        let text = format!("{} {}", entry.title, entry.detail);
        let is_sentence = matches!(entry.goal, Goal::Operation(_) | Goal::New(_) | Goal::Theme(_));
        let operation = is_sentence.then(|| super::list::fold(&text));
        let text = Utf32String::from(text);
        let resource = matches!(entry.goal, Goal::Resource(_)).then(|| super::list::fold(&entry.title));
        Self { entry, text, resource, operation }
    }
}

/// More rows than any screen shows; the rest is found by typing on.
const MOST: usize = 60;

impl Palette {
    /// The palette over what can be reached now.
    pub fn new(model: &Model) -> Self {
        let context = model.context();
        let mut palette = Self { line: Line::default(), at: 0, entries: Vec::new(), fixed: Vec::new(), context };
        palette.narrow(model);
        palette
    }

    /// The context from which it was called; its commands run there.
    pub fn context(&self) -> Context {
        self.context
    }

    /// What is typed, and behind ` /` what the list that is opened is narrowed to: `users /dep=sales`.
    pub fn parts(&self) -> (&str, Option<&str>) {
        let typed = self.line.text().trim_start();
        match typed.split_once(" /") {
            Some((name, filter)) => (name.trim(), Some(filter.trim())),
            None => (typed.trim(), None),
        }
    }

    /// Finds what matches the typed text.
    pub fn narrow(&mut self, model: &Model) {
        self.at = 0;
        if self.parts().0.is_empty() {
            self.entries = everything(model, self.context).take(MOST).collect();
            return;
        }
        if self.fixed.is_empty() {
            // Not before somebody types: it takes longer than a frame.
            self.fixed = everything(model, self.context).map(Fixed::from).collect();
        }
        let (typed, filter) = self.parts();
        let words: Vec<String> = typed.split_whitespace().map(super::list::fold).collect();
        // Among so many, letters that only happen to stand in this order are noise.
        let is_noise = |fixed: &Fixed| {
            fixed.operation.as_ref().is_some_and(|text| !words.iter().all(|word| text.contains(word.as_str())))
        };
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
        // A resource whose name begins so is what was meant; next the people of that name, then what looks alike.
        let begins = super::list::fold(typed);
        let (mut meant, mut alike) = (Vec::new(), Vec::new());
        for (at, fixed) in self.fixed.iter().enumerate().filter(|(_, fixed)| !is_noise(fixed)) {
            if let Some(score) = pattern.score(fixed.text.slice(..), &mut matcher) {
                let is_meant = fixed.resource.as_ref().is_some_and(|title| title.starts_with(&begins));
                if is_meant { &mut meant } else { &mut alike }.push((Reverse(score), at));
            }
        }
        meant.sort_unstable();
        alike.sort_unstable();
        let fixed = |(_, at): (Reverse<u32>, usize)| self.fixed[at].entry.clone();
        if filter.is_some() {
            let places = meant.into_iter().chain(alike).map(fixed);
            self.entries = places.filter(|entry| matches!(entry.goal, Goal::Resource(_))).take(MOST).collect();
            return;
        }
        let numbers = super::dialled::hits(model, typed);
        let people = people(model, typed).collect::<Vec<_>>();
        let known = numbers.into_iter().chain(people);
        let all = meant.into_iter().map(fixed).chain(known).chain(alike.into_iter().map(fixed));
        self.entries = all.take(MOST).collect();
    }
}

/// What is there whatever is typed, in the order in which it is shown; made as far as it is asked for.
fn everything(model: &Model, context: Context) -> impl Iterator<Item = Entry> + '_ {
    let catalog = model.catalog();
    let form = model.form().filter(|_| matches!(model.view(), Some(View::Form(_))));
    let fields = form.into_iter().flat_map(move |form| {
        let schema = catalog.schema(form.schema);
        schema.fields.iter().map(move |field| Entry {
            title: catalog.note(schema, field).title.into_owned(),
            detail: format!("field · {}", field.name),
            goal: Goal::Field(field.name.to_owned()),
        })
    });
    let resources = model.sidebar.groups.iter().flat_map(move |group| {
        group.resources.iter().map(move |name| Entry {
            title: catalog.resource_title(name).into_owned(),
            detail: format!("{} · {name}", group.title),
            goal: Goal::Resource(name),
        })
    });
    let commands = model.keymap.rows(context).map(move |row| Entry {
        title: row.help.to_owned(),
        detail: format!("{} · {}", row.name, model.keymap.hint(context, row).unwrap_or_default()),
        goal: Goal::Command(row.command),
    });
    let themes = model.themes.iter().map(|name| Entry {
        title: format!("Theme: {name}"),
        detail: "colours".to_owned(),
        goal: Goal::Theme(name.clone()),
    });
    let news = model.sidebar.groups.iter().flat_map(move |group| {
        let made = group.resources.iter().filter(|name| catalog.resource(name).is_some_and(|r| r.create.is_some()));
        made.map(move |name| Entry {
            title: format!("New {}", catalog.resource_one(name)),
            detail: format!("{} · {}", group.title, catalog.resource_title(name)),
            goal: Goal::New(name),
        })
    });
    fields.chain(resources).chain(commands).chain(news).chain(operations(catalog)).chain(themes)
}

/// Every function and action there is.
fn operations(catalog: &'static Catalog) -> impl Iterator<Item = Entry> {
    catalog.resources().iter().flat_map(move |resource| {
        let called = catalog.operations_of(resource).filter_map(move |operation| {
            let schema = catalog.schema(catalog.arguments(operation)?).name;
            Some(Entry {
                title: catalog.operation_title(operation).into_owned(),
                detail: format!("{} · {}", catalog.resource_title(resource.name), operation.name),
                goal: Goal::Operation(schema),
            })
        });
        called.collect::<Vec<_>>()
    })
}

/// Loaded people whose row holds every typed word. They stand above fuzzy hits: whoever types a name means the person.
fn people<'m>(model: &'m Model, typed: &str) -> impl Iterator<Item = Entry> + 'm {
    let words: Vec<String> = typed.split_whitespace().map(super::list::fold).collect();
    let lists = model.lists.iter().filter(move |(id, _)| {
        id.pbx == model.pbx().id && model.resource(id).is_some_and(|r| model.catalog().roles(r).person)
    });
    lists.flat_map(move |(id, list)| list.rows.having(&words, MOST).into_iter().map(move |row| entry(model, id, row)))
}

pub(super) fn entry(model: &Model, id: &ListId, row: u32) -> Entry {
    let key = model.lists.get(id).map(|list| list.rows.key(row).clone());
    Entry {
        title: model.row_label(id, row),
        detail: model.catalog().resource_title(&id.resource).into_owned(),
        goal: key.map_or(Goal::Command(Command::Help), |key| Goal::Entity(model.target(id, &key))),
    }
}
