//! Everything by name: resources, commands, people and fields, ranked while one types.

use super::line::Line;
use super::model::{ListId, Model, View};
use crate::input::{Command, Context};
use crate::odata::Target;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

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
    fixed: Vec<Entry>,
    context: Context,
}

/// More rows than any screen shows; the rest is found by typing on.
const MOST: usize = 60;

impl Palette {
    /// The palette over what can be reached now.
    pub fn new(model: &Model) -> Self {
        let context = model.context();
        let catalog = model.catalog();
        let mut fixed = Vec::new();
        if let Some(View::Form(_)) = model.view()
            && let Some(form) = model.form()
        {
            let schema = catalog.schema(form.schema);
            for field in &schema.fields {
                fixed.push(Entry {
                    title: catalog.note(schema, field).title.into_owned(),
                    detail: format!("field · {}", field.name),
                    goal: Goal::Field(field.name.to_owned()),
                });
            }
        }
        for group in &model.sidebar.groups {
            for name in &group.resources {
                fixed.push(Entry {
                    title: catalog.resource_title(name).into_owned(),
                    detail: format!("{} · {name}", group.title),
                    goal: Goal::Resource(name),
                });
            }
        }
        for row in model.keymap.rows(context) {
            fixed.push(Entry {
                title: row.help.to_owned(),
                detail: format!("{} · {}", row.name, model.keymap.hint(context, row).unwrap_or_default()),
                goal: Goal::Command(row.command),
            });
        }
        for name in &model.themes {
            fixed.push(Entry {
                title: format!("Theme: {name}"),
                detail: "colours".to_owned(),
                goal: Goal::Theme(name.clone()),
            });
        }
        let mut palette = Self { line: Line::default(), at: 0, entries: Vec::new(), fixed, context };
        palette.narrow(model);
        palette
    }

    /// The context from which it was called; its commands run there.
    pub fn context(&self) -> Context {
        self.context
    }

    /// Finds what matches the typed text.
    pub fn narrow(&mut self, model: &Model) {
        self.at = 0;
        let typed = self.line.text().trim();
        if typed.is_empty() {
            self.entries = self.fixed.iter().take(MOST).cloned().collect();
            return;
        }
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
        let mut buffer = Vec::new();
        let mut ranked: Vec<(u32, Entry)> = self
            .fixed
            .iter()
            .filter_map(|entry| {
                let text = format!("{} {}", entry.title, entry.detail);
                Some((pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher)?, entry.clone()))
            })
            .collect();
        ranked.extend(people(model, typed));
        // A resource whose name begins so is what was meant; next the people of that name, then what looks alike.
        let begins = super::list::fold(typed);
        let named = |entry: &Entry| {
            matches!(entry.goal, Goal::Resource(_)) && super::list::fold(&entry.title).starts_with(&begins)
        };
        ranked.sort_by_cached_key(|(score, entry)| (!named(entry), std::cmp::Reverse(*score)));
        self.entries = ranked.into_iter().take(MOST).map(|(_, entry)| entry).collect();
    }
}

/// Loaded people whose row holds every typed word. They stand above fuzzy hits: whoever types a name means the person.
fn people<'m>(model: &'m Model, typed: &str) -> impl Iterator<Item = (u32, Entry)> + 'm {
    let words: Vec<String> = typed.split_whitespace().map(super::list::fold).collect();
    let lists = model.lists.iter().filter(move |(id, _)| {
        id.pbx == model.pbx().id && model.resource(id).is_some_and(|r| model.catalog().roles(r).person)
    });
    lists.flat_map(move |(id, list)| {
        list.rows.having(&words, MOST).into_iter().map(move |row| (u32::MAX, entry(model, id, row)))
    })
}

fn entry(model: &Model, id: &ListId, row: u32) -> Entry {
    let key = model.lists.get(id).map(|list| list.rows.key(row).clone());
    Entry {
        title: model.row_label(id, row),
        detail: model.catalog().resource_title(&id.resource).into_owned(),
        goal: key.map_or(Goal::Command(Command::Help), |key| Goal::Entity(model.target(id, &key))),
    }
}
