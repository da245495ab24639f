//! How the client spells OData's query options.
//!
//! Owns the order and the percent-encoding of `$select`, `$expand`, `$filter` and their like. Does not know which
//! operation takes which of them: the client asks the catalog and leaves the others out.

use super::path::percent_encoded;

/// The query options of one request. What is empty is not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query<'a> {
    /// `$select`: properties.
    pub select: Vec<&'a str>,
    /// `$expand`: navigation properties, nested ones in parentheses: `Groups($expand=Rights,GroupRights)`.
    pub expand: Vec<String>,
    /// `$filter`
    pub filter: Option<String>,
    /// `$orderby`: properties, each perhaps with ` desc`.
    pub orderby: Vec<String>,
    /// `$top`
    pub top: Option<usize>,
    /// `$skip`
    pub skip: Option<usize>,
    /// `$count=true`
    pub count: bool,
    /// `$search`
    pub search: Option<String>,
}

impl Query<'_> {
    /// `$select=Id,Number&$top=100`, percent-encoded; empty where nothing is asked for.
    pub fn to_query_string(&self) -> String {
        let mut out = String::new();
        let mut option = |name: &str, value: &str| {
            if !out.is_empty() {
                out.push('&');
            }
            out.push('$');
            out.push_str(name);
            out.push('=');
            out.push_str(&value_encoded(value));
        };
        if !self.select.is_empty() {
            option("select", &self.select.join(","));
        }
        if !self.expand.is_empty() {
            option("expand", &self.expand.join(","));
        }
        if let Some(filter) = &self.filter {
            option("filter", filter);
        }
        if let Some(search) = &self.search {
            option("search", search);
        }
        if !self.orderby.is_empty() {
            option("orderby", &self.orderby.join(","));
        }
        if let Some(top) = self.top {
            option("top", &top.to_string());
        }
        if let Some(skip) = self.skip.filter(|&skip| skip > 0) {
            option("skip", &skip.to_string());
        }
        if self.count {
            option("count", "true");
        }
        out
    }
}

/// Keeps what OData writes in a value readable; a blank is `%20`, never `+`, and a quote is `%27`.
fn value_encoded(value: &str) -> String {
    percent_encoded(value, b"$,()/:=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_spelt_as_a_pbx_takes_them() {
        assert_eq!(Query::default().to_query_string(), "");
        let page = Query {
            select: vec!["Id", "Number"],
            orderby: vec!["Id".into()],
            top: Some(100),
            skip: Some(0),
            count: true,
            ..Query::default()
        };
        assert_eq!(page.to_query_string(), "$select=Id,Number&$orderby=Id&$top=100&$count=true");
        let next = Query { skip: Some(100), count: false, orderby: vec!["StartTime desc".into()], ..page };
        assert_eq!(next.to_query_string(), "$select=Id,Number&$orderby=StartTime%20desc&$top=100&$skip=100");
        let whole =
            Query { expand: vec!["Groups($expand=Rights,GroupRights)".into(), "Phones".into()], ..Query::default() };
        assert_eq!(whole.to_query_string(), "$expand=Groups($expand=Rights,GroupRights),Phones");
        let nested = Query { expand: vec!["Groups($select=Name;$expand=Rights)".into()], ..Query::default() };
        assert_eq!(nested.to_query_string(), "$expand=Groups($select=Name%3B$expand=Rights)");
    }

    #[test]
    fn no_value_can_become_another_option() {
        let sly =
            Query {
                filter: Some("Name eq 'a&$top=1#+%ß'".into()), search: Some("\"x y\"".into()), ..Query::default()
            };
        assert_eq!(sly.to_query_string(), "$filter=Name%20eq%20%27a%26$top=1%23%2B%25%C3%9F%27&$search=%22x%20y%22");
    }
}
