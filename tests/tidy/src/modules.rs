//! Which module of a crate uses which.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};

use crate::{files, text};

/// A module by its names from the crate's root, which has none.
pub type Module = Vec<String>;

/// One module's use of another.
#[derive(Debug, Clone)]
pub struct Use {
    /// Who uses.
    pub from: Module,
    /// What is used.
    pub to: Module,
    /// The file that says so, and the path that stands there.
    pub place: String,
}

/// Returns every use of a module by another of the same crate, tests left out.
///
/// # Errors
/// A file that is not Rust.
pub fn uses(folder: &str) -> Result<Vec<Use>> {
    let source = format!("{folder}/src/");
    let paths = files(folder)?.into_iter().filter(|path| path.starts_with(&source) && path.ends_with(".rs"));
    let modules: BTreeMap<Module, String> = paths.map(|path| (module_of(&path, &source), path)).collect();
    let mut uses = Vec::new();
    for (module, path) in &modules {
        let file = syn::parse_file(&text(path)?).with_context(|| path.clone())?;
        let mut paths = Paths { module: module.clone(), found: BTreeSet::new() };
        paths.visit_file(&file);
        for found in paths.found {
            // The longest beginning that is a module: what follows is an item in it.
            let longest = (0..=found.len()).rev().filter_map(|length| found.get(..length));
            let Some(to) = longest.map(<[String]>::to_vec).find(|to| modules.contains_key(to)) else { continue };
            uses.push(Use { from: module.clone(), to, place: format!("{path}: crate::{}", found.join("::")) });
        }
    }
    Ok(uses)
}

fn module_of(path: &str, source: &str) -> Module {
    let path = path.strip_prefix(source).and_then(|path| path.strip_suffix(".rs")).unwrap_or(path);
    let mut names: Module = path.split('/').map(str::to_owned).collect();
    if names.last().is_some_and(|name| ["lib", "main", "mod"].contains(&name.as_str())) {
        names.pop();
    }
    names
}

/// The paths of a file that begin at the crate's root or at a module above.
struct Paths {
    module: Module,
    found: BTreeSet<Module>,
}

impl Paths {
    fn add(&mut self, path: &[String]) {
        let (first, mut rest) = match path.split_first() {
            Some((first, rest)) => (first.as_str(), rest),
            None => return,
        };
        let mut base = match first {
            "crate" => Vec::new(),
            "self" => self.module.clone(),
            "super" => above(&self.module),
            _ => return,
        };
        while let Some(("super", further)) = rest.split_first().map(|(name, further)| (name.as_str(), further)) {
            base = above(&base);
            rest = further;
        }
        self.found.insert(base.into_iter().chain(rest.iter().cloned()).collect());
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(before, tree)),
            syn::UseTree::Name(name) if name.ident == "self" => self.add(before),
            syn::UseTree::Name(name) => self.add(&with(&name.ident)),
            syn::UseTree::Rename(renamed) => self.add(&with(&renamed.ident)),
            syn::UseTree::Glob(_) => self.add(before),
        }
    }
}

fn above(module: &[String]) -> Module {
    module.split_last().map(|(_, above)| above.to_vec()).unwrap_or_default()
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.add(&names);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let tokens = call.tokens.to_string().replace(' ', "");
        for (at, _) in tokens.match_indices("crate::") {
            let path = tokens.get(at..).unwrap_or_default();
            let path = path.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').next().unwrap_or_default();
            self.add(&path.split("::").map(str::to_owned).collect::<Vec<_>>());
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg")) {
            return;
        }
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }
}
