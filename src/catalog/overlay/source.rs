//! `data/overlay.toml` as it is written, and its way into the compiled form. Used when the overlay is regenerated,
//! never at run time.

use super::sheet::{
    Caution, ColumnEntry, Condition, FieldEntry, GroupRule, Naming, OperationEntry, ResourceEntry, SchemaEntry, Sheet,
};
use crate::catalog::{Danger, Following, Markup, Need, Part, Spot};
use serde::Deserialize;
use std::collections::BTreeMap;

type Table<T> = BTreeMap<String, T>;
type Schemas<'s> = BTreeMap<&'s str, (SchemaEntry<'s>, BTreeMap<&'s str, FieldEntry<'s>>)>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Source {
    naming: NamingSource,
    group: Vec<GroupSource>,
    resource: Table<ResourceSource>,
    schema: Table<SchemaSource>,
    field: Table<Table<FieldSource>>,
    secret: Table<Vec<String>>,
    /// `Schema.Field` and the reason why its name only looks like a secret.
    pub(super) not_secret: Table<String>,
    read_only: Table<Vec<String>>,
    member: Table<Table<String>>,
    operation: Table<OperationSource>,
    choices: Table<Vec<(String, String)>>,
    judged: JudgedSource,
    caution: Vec<CautionSource>,
    markup: Table<MarkupSource>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CautionSource {
    schema: String,
    says: String,
    when: Vec<ConditionSource>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ConditionSource {
    field: String,
    is: Vec<String>,
    was: Vec<String>,
    changed: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MarkupSource {
    one: String,
    path: Vec<String>,
    element: String,
    place: String,
    attributes: Vec<String>,
    /// `["Position", "@BLFNo"]`, `["Number", "1"]`
    parts: Vec<(String, String)>,
    numbers: Vec<String>,
    /// `{ at = "@BLFTypeID", by = "Kind", texts = { BLF = "0" } }`
    follows: Vec<FollowingSource>,
    needs: Vec<NeedSource>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FollowingSource {
    at: String,
    by: String,
    texts: Table<String>,
    /// Among these texts of the member that decides, what stands there stays.
    kept: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NeedSource {
    member: String,
    by: String,
    is: Vec<String>,
    says: String,
}

/// Operations of which nothing but the danger is told.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct JudgedSource {
    mild: Vec<String>,
    moderate: Vec<String>,
    severe: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NamingSource {
    words: Table<String>,
    number: Vec<String>,
    label: Vec<String>,
    key: String,
    keys: Vec<String>,
    secret: Vec<String>,
    plain: Vec<String>,
    long: Vec<String>,
    image: Vec<String>,
    rest: String,
    lists: String,
    general: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GroupSource {
    title: String,
    resources: Vec<String>,
    starts: Vec<String>,
    ends: Vec<String>,
    rest: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ResourceSource {
    title: Option<String>,
    one: Option<String>,
    key: Option<String>,
    number: Option<String>,
    label: Vec<String>,
    label_join: Option<String>,
    dialled: Vec<String>,
    person: bool,
    window: bool,
    newest: Option<String>,
    next: Option<String>,
    proposal: Option<String>,
    delete_many: Option<String>,
    change_many: Option<ChangeManySource>,
    peek: Vec<String>,
    columns: Vec<ColumnSource>,
}

/// `{ action = "BulkUpdate", at_once = 50 }`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ChangeManySource {
    action: String,
    at_once: u16,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ColumnSource {
    Field(String),
    Full(FullColumn),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FullColumn {
    title: Option<String>,
    field: Option<String>,
    fields: Vec<String>,
    join: Option<String>,
    width: Option<u16>,
    right: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SchemaSource {
    like: Option<String>,
    sections: Vec<(String, Vec<String>)>,
    columns: Vec<ColumnSource>,
    ask: Vec<String>,
    week: Option<[String; 4]>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FieldSource {
    title: Option<String>,
    help: Option<String>,
    secret: Option<bool>,
    write_only: Option<bool>,
    read_only: Option<bool>,
    fixed: Option<bool>,
    /// `Groups.Id`
    refers: Option<String>,
    /// `{ by = "To", Queue = "Queues.Number" }`
    follows: Option<FollowsSource>,
    choices: Option<String>,
    identity: Option<String>,
    ordered: Option<bool>,
    image: Option<bool>,
    /// `Peers.Number`
    unique: Option<String>,
    own: Option<bool>,
    danger: Option<Danger>,
    /// `digits 6`
    make: Option<String>,
    /// `WebsiteLinks/ValidateLink model/FriendlyName`
    free: Option<String>,
    /// `Users/ReprovisionAllPhones`
    after: Option<String>,
    markup: Option<String>,
    brings: Table<String>,
    also: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FollowsSource {
    by: String,
    #[serde(flatten)]
    members: Table<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OperationSource {
    title: Option<String>,
    help: Option<String>,
    danger: Option<Danger>,
    secret: bool,
    each: bool,
}

impl Source {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|e| e.to_string())
    }

    /// The compiled form, or what is wrong with the source.
    pub(super) fn sheet(&self) -> Result<Sheet<'_>, String> {
        Ok(Sheet {
            naming: self.naming.compiled(),
            groups: self.group.iter().map(GroupSource::compiled).collect(),
            resources: self.resource.iter().map(|(name, r)| (name.as_str(), r.compiled())).collect(),
            schemas: self.schemas()?,
            members: self
                .member
                .iter()
                .map(|(name, m)| (name.as_str(), m.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect()))
                .collect(),
            operations: self.operations()?,
            choices: self
                .choices
                .iter()
                .map(|(name, all)| (name.as_str(), all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect()))
                .collect(),
            cautions: self.caution.iter().map(CautionSource::compiled).collect(),
            markups: self.markup.iter().map(|(name, m)| m.compiled(name)).collect::<Result<_, _>>()?,
        })
    }

    fn schemas(&self) -> Result<Vec<(&str, SchemaEntry<'_>)>, String> {
        let mut schemas: Schemas<'_> = BTreeMap::new();
        for (name, schema) in &self.schema {
            let entry = &mut schemas.entry(name).or_default().0;
            entry.like = schema.like.as_deref();
            entry.columns = schema.columns.iter().map(ColumnSource::compiled).collect();
            entry.ask = all(&schema.ask);
            entry.week = schema.week.as_ref().map(|names| names.each_ref().map(String::as_str));
            entry.sections = schema.sections.iter().map(|(title, fields)| (title.as_str(), all(fields))).collect();
        }
        for (name, fields) in &self.field {
            let known = &mut schemas.entry(name).or_default().1;
            for (field, source) in fields {
                known.insert(
                    field,
                    source
                        .compiled()
                        .ok_or_else(|| format!("{name}.{field}: refers and unique are \"Resource.Property\""))?,
                );
            }
        }
        for (schema, fields) in &self.secret {
            for field in fields {
                if entry(&mut schemas, schema, field).secret.replace(true).is_some() {
                    return Err(format!("{schema}.{field}: decided twice whether it is secret"));
                }
            }
        }
        for path in self.not_secret.keys() {
            let (schema, field) = path.rsplit_once('.').ok_or_else(|| format!("{path}: write Schema.Field"))?;
            if entry(&mut schemas, schema, field).secret.replace(false).is_some() {
                return Err(format!("{path}: decided twice whether it is secret"));
            }
        }
        for (schema, fields) in &self.read_only {
            for field in fields {
                entry(&mut schemas, schema, field).read_only = Some(true);
            }
        }
        Ok(schemas
            .into_iter()
            .map(|(name, (mut entry, fields))| {
                entry.fields = fields.into_iter().collect();
                (name, entry)
            })
            .collect())
    }

    fn operations(&self) -> Result<Vec<(&str, OperationEntry<'_>)>, String> {
        let mut operations: BTreeMap<&str, OperationEntry<'_>> = BTreeMap::new();
        for (name, source) in &self.operation {
            operations.insert(
                name,
                OperationEntry {
                    title: source.title.as_deref(),
                    help: source.help.as_deref(),
                    danger: source.danger,
                    secret: source.secret,
                    each: source.each,
                },
            );
        }
        let judged = [
            (Danger::Mild, &self.judged.mild),
            (Danger::Moderate, &self.judged.moderate),
            (Danger::Severe, &self.judged.severe),
        ];
        for (danger, names) in judged {
            for name in names {
                if operations.entry(name).or_default().danger.replace(danger).is_some() {
                    return Err(format!("{name}: judged twice"));
                }
            }
        }
        Ok(operations.into_iter().collect())
    }
}

/// `@Name` is an attribute, `1` the first line of the text.
fn spot(text: &str) -> Result<Spot<'_>, String> {
    match (text.strip_prefix('@'), text.parse::<usize>()) {
        (Some(attribute), _) => Ok(Spot::Attribute(attribute)),
        (None, Ok(line @ 1..)) => Ok(Spot::Line(line - 1)),
        _ => Err(format!("{text}: write @Attribute or the number of a line")),
    }
}

impl MarkupSource {
    fn compiled<'s>(&'s self, name: &'s str) -> Result<Markup<'s>, String> {
        let number = |name: &String| self.numbers.contains(name);
        let part =
            |(name, at): &'s (String, String)| Ok::<_, String>(Part { name, spot: spot(at)?, number: number(name) });
        let following = |f: &'s FollowingSource| {
            let texts = f.texts.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            Ok::<_, String>(Following { spot: spot(&f.at)?, by: &f.by, texts, kept: all(&f.kept) })
        };
        let need = |n: &'s NeedSource| Need { member: &n.member, by: &n.by, is: all(&n.is), says: &n.says };
        Ok(Markup {
            name,
            one: &self.one,
            path: all(&self.path),
            element: &self.element,
            place: &self.place,
            attributes: all(&self.attributes),
            parts: self.parts.iter().map(part).collect::<Result<_, _>>()?,
            follows: self.follows.iter().map(following).collect::<Result<_, _>>()?,
            needs: self.needs.iter().map(need).collect(),
        })
    }
}

impl CautionSource {
    fn compiled(&self) -> Caution<'_> {
        Caution {
            schema: &self.schema,
            says: &self.says,
            when: self.when.iter().map(ConditionSource::compiled).collect(),
        }
    }
}

impl ConditionSource {
    fn compiled(&self) -> Condition<'_> {
        Condition { field: &self.field, is: all(&self.is), was: all(&self.was), changed: self.changed }
    }
}

impl NamingSource {
    fn compiled(&self) -> Naming<'_> {
        Naming {
            words: self.words.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect(),
            number: all(&self.number),
            label: all(&self.label),
            key: &self.key,
            keys: all(&self.keys),
            secret: all(&self.secret),
            plain: all(&self.plain),
            long: all(&self.long),
            image: all(&self.image),
            rest: &self.rest,
            lists: &self.lists,
            general: &self.general,
        }
    }
}

impl GroupSource {
    fn compiled(&self) -> GroupRule<'_> {
        GroupRule {
            title: &self.title,
            resources: all(&self.resources),
            starts: all(&self.starts),
            ends: all(&self.ends),
            rest: self.rest,
        }
    }
}

impl ResourceSource {
    fn compiled(&self) -> ResourceEntry<'_> {
        ResourceEntry {
            title: self.title.as_deref(),
            one: self.one.as_deref(),
            key: self.key.as_deref(),
            number: self.number.as_deref(),
            label: all(&self.label),
            label_join: self.label_join.as_deref(),
            dialled: all(&self.dialled),
            person: self.person,
            window: self.window,
            newest: self.newest.as_deref(),
            next: self.next.as_deref(),
            proposal: self.proposal.as_deref(),
            delete_many: self.delete_many.as_deref(),
            change_many: self.change_many.as_ref().map(|many| (many.action.as_str(), many.at_once)),
            peek: all(&self.peek),
            columns: self.columns.iter().map(ColumnSource::compiled).collect(),
        }
    }
}

impl ColumnSource {
    fn compiled(&self) -> ColumnEntry<'_> {
        match self {
            Self::Field(field) => ColumnEntry { fields: vec![field], ..ColumnEntry::default() },
            Self::Full(full) => ColumnEntry {
                title: full.title.as_deref(),
                fields: full.field.iter().chain(&full.fields).map(String::as_str).collect(),
                join: full.join.as_deref(),
                width: full.width,
                right: full.right,
            },
        }
    }
}

impl FieldSource {
    fn compiled(&self) -> Option<FieldEntry<'_>> {
        let follows = match &self.follows {
            Some(follows) => {
                let members = follows.members.iter().map(|(member, refers)| {
                    let (resource, by) = match refers.strip_prefix('=') {
                        Some(choices) => (&refers[..1], choices),
                        None => refers.split_once('.')?,
                    };
                    Some((member.as_str(), resource, by))
                });
                Some((follows.by.as_str(), members.collect::<Option<Vec<_>>>()?))
            }
            None => None,
        };
        Some(FieldEntry {
            follows,
            choices: self.choices.as_deref(),
            title: self.title.as_deref(),
            help: self.help.as_deref(),
            secret: self.secret,
            write_only: self.write_only,
            read_only: self.read_only,
            fixed: self.fixed,
            reference: pair(self.refers.as_deref())?,
            identity: self.identity.as_deref(),
            ordered: self.ordered,
            image: self.image,
            unique: pair(self.unique.as_deref())?,
            own: self.own,
            danger: self.danger,
            make: self.make.as_deref(),
            free: self.free.as_deref(),
            after: self.after.as_deref(),
            markup: self.markup.as_deref(),
            brings: self.brings.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect(),
            also: all(&self.also),
        })
    }
}

/// `Groups.Id` in two; `None` where that cannot be done.
fn pair(text: Option<&str>) -> Option<Option<(&str, &str)>> {
    text.map(|text| text.split_once('.')).map_or(Some(None), |pair| pair.map(Some))
}

fn entry<'m, 's>(schemas: &'m mut Schemas<'s>, schema: &'s str, field: &'s str) -> &'m mut FieldEntry<'s> {
    schemas.entry(schema).or_default().1.entry(field).or_default()
}

fn all(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
