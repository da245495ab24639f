//! How a PBX was looked at: what is kept from one run to the next.
//!
//! Plain data that says nothing of entities: the last place, orders of lists, what is folded. Where it is kept is
//! somebody else's.

use super::effect::Effect;
use super::list::{Order, View as ListView};
use super::model::{List, ListId, Model, View};
use super::update;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What to try first, for who has not been on this PBX before.
const FIRST: [&str; 2] = [
    "Type a number to go to it, / to narrow the list, e to change, ^S to see what would be sent.",
    ": finds anything by name, ? shows what can be done here. Esc takes these two lines away.",
];

/// How a PBX was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The resource on the screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The groups of the sidebar that are not folded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<Vec<String>>,
    /// The peek panel is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peek: Option<bool>,
    /// Orders of lists that are not the usual one, by resource.
    pub sort: BTreeMap<String, Sort>,
    /// Columns of lists that are not the usual ones, by resource: the first property of each, in order.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Vec<String>>,
    /// What to try first has been shown.
    pub greeted: bool,
}

/// The order of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The first property of the column.
    pub column: String,
    /// Greatest first.
    #[serde(default)]
    pub reverse: bool,
}

impl Sort {
    fn of(list: &List) -> Option<Self> {
        let order = list.view.order();
        let usual = if list.window.is_some() { ListView::newest_first(&list.rows) } else { ListView::default() };
        if order == usual.order() {
            return None;
        }
        let column = list.rows.columns().get(order.column)?.column.fields.first()?;
        Some(Self { column: (*column).to_string(), reverse: order.reverse })
    }

    /// The order it stands for in a list, if the list has that column still.
    pub(super) fn order(&self, list: &List) -> Option<Order> {
        let has = |field: &str| field == self.column;
        let column = list.rows.columns().iter().position(|c| c.column.fields.first().is_some_and(|f| has(f)))?;
        Some(Order { column, reverse: self.reverse })
    }
}

impl Model {
    /// How the PBX on the screen is looked at now.
    pub fn memory(&self) -> Memory {
        let mut sort = self.sorts.clone();
        for (id, list) in self.lists.iter().filter(|(id, _)| id.pbx == self.pbx().id) {
            match Sort::of(list) {
                Some(order) => sort.insert(id.resource.clone(), order),
                None => sort.remove(&id.resource),
            };
        }
        let place = self.views.first().and_then(|view| match view {
            View::List(id) | View::Operations(id, _) => Some(id.resource.clone()),
            View::Form(target) if target.key.is_none() => Some(target.resource.to_string()),
            _ => None,
        });
        let groups = self.sidebar.groups.iter().enumerate();
        let open = groups.filter(|(i, _)| !self.sidebar.folded.contains(i)).map(|(_, g)| g.title.to_string());
        let (open, columns) = (Some(open.collect()), self.chosen.clone());
        Memory { place, open, peek: Some(self.peek_on), sort, columns, greeted: true }
    }

    /// Looks at the PBX as it was looked at before. Who has done something already stays where they are.
    pub(super) fn recall(&mut self, memory: Memory) -> Vec<Effect> {
        let Memory { place, open, peek, sort, columns, greeted } = memory;
        self.sorts = sort;
        self.chosen = columns;
        if !greeted && !self.touched && self.hints.is_empty() {
            self.hints = FIRST.map(str::to_owned).to_vec();
        }
        self.peek_on = peek.unwrap_or(self.peek_on);
        self.forget_peek();
        let ids: Vec<ListId> = self.lists.keys().cloned().collect();
        let mut effects = Vec::new();
        for id in ids {
            self.sort_as_before(&id);
            if self.chosen.contains_key(&id.resource) {
                effects.extend(update::read_list(self, &id));
            }
        }
        if let Some(open) = open {
            let groups = self.sidebar.groups.iter().enumerate();
            self.sidebar.folded =
                groups.filter(|(_, g)| !open.iter().any(|title| *title == g.title)).map(|(i, _)| i).collect();
        }
        let here = match self.views.first() {
            Some(View::List(id)) => id.resource.clone(),
            _ => String::new(),
        };
        let place = place.filter(|place| !self.touched && self.is_in_sidebar(place)).unwrap_or(here);
        match self.views.first() {
            Some(View::List(id)) if id.resource != place => effects.extend(update::open_resource(self, &place)),
            _ => self.sidebar.show(&place),
        }
        effects
    }

    fn is_in_sidebar(&self, resource: &str) -> bool {
        self.sidebar.groups.iter().any(|group| group.resources.contains(&resource))
    }

    /// Gives a list the order it had before.
    pub(super) fn sort_as_before(&mut self, id: &ListId) {
        let Some(pbx) = self.pbxs.iter().find(|pbx| pbx.id == id.pbx) else { return };
        if let (Some(list), Some(sort)) = (self.lists.get_mut(id), self.sorts.get(&id.resource))
            && let Some(order) = sort.order(list)
        {
            list.view.set_order(order, &list.rows, &pbx.names);
        }
    }
}
