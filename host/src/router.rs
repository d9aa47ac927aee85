//! Finds the component for a path: an exact route before a wildcard, a longer prefix before a shorter one.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::manifest::{Proof, RouteSpec};

/// Holds the public routes of an application.
pub struct Router {
    exact: BTreeMap<String, Route>,
    /// The routes that end in `/...`, the longest prefix first.
    wildcards: Vec<(String, Route)>,
}

/// Holds a route that fits a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The path as it is written in spin.toml.
    pub pattern: String,
    /// The component's index in the application.
    pub component: usize,
    /// How callers prove who they are.
    pub proof: Proof,
    /// Whether the component reads the body while it comes in.
    pub streamed: bool,
}

impl Router {
    /// Makes the router for `routes`; private ones are left out.
    pub fn new(routes: &[RouteSpec], index: impl Fn(&str) -> Option<usize>) -> Result<Self> {
        let mut exact = BTreeMap::new();
        let mut wildcards = Vec::new();
        for spec in routes {
            let Some(pattern) = &spec.path else { continue };
            let component =
                index(&spec.component).with_context(|| format!("there is no [component.{}]", spec.component))?;
            let route = Route { pattern: pattern.clone(), component, proof: spec.proof, streamed: spec.streamed };
            match pattern.strip_suffix("/...") {
                Some(prefix) => wildcards.push((prefix.to_owned(), route)),
                None => _ = exact.insert(pattern.clone(), route),
            }
        }
        wildcards.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok(Self { exact, wildcards })
    }

    /// Tells whether a component takes a body while it comes in, on one of its routes.
    pub fn is_streamed(&self, component: usize) -> bool {
        let routes = self.exact.values().chain(self.wildcards.iter().map(|(_, route)| route));
        routes.filter(|route| route.component == component).any(|route| route.streamed)
    }

    /// Returns the route for a path, with the part of the path that follows the wildcard's prefix.
    pub fn find<'a>(&self, path: &'a str) -> Option<(&Route, &'a str)> {
        if let Some(route) = self.exact.get(path) {
            return Some((route, ""));
        }
        self.wildcards.iter().find_map(|(prefix, route)| {
            let rest = path.strip_prefix(prefix.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then_some((route, rest))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn found(routes: &[&str], path: &str) -> Option<String> {
        let specs: Vec<RouteSpec> = routes
            .iter()
            .map(|route| RouteSpec {
                path: Some((*route).to_owned()),
                component: "c".to_owned(),
                proof: Proof::None,
                streamed: false,
            })
            .collect();
        Router::new(&specs, |_| Some(0)).unwrap().find(path).map(|(route, rest)| format!("{} {rest}", route.pattern))
    }

    #[test]
    fn an_exact_route_comes_before_a_wildcard_and_the_longest_prefix_first() {
        let routes = ["/...", "/v1/...", "/v1/requests", "/v1/books/..."];
        assert_eq!(found(&routes, "/v1/requests").unwrap(), "/v1/requests ");
        assert_eq!(found(&routes, "/v1/requests/7").unwrap(), "/v1/... /requests/7");
        assert_eq!(found(&routes, "/v1/books/invoices").unwrap(), "/v1/books/... /invoices");
        assert_eq!(found(&routes, "/").unwrap(), "/... /");
    }

    #[test]
    fn a_wildcard_matches_its_own_prefix_but_no_longer_word() {
        assert_eq!(found(&["/v1/..."], "/v1").unwrap(), "/v1/... ");
        assert_eq!(found(&["/v1/..."], "/v10"), None);
        assert_eq!(found(&["/clock"], "/clock/x"), None);
    }
}
