//! The contracts below `wit/`: all of it documented, and none of it changed by accident.

#![allow(missing_docs, clippy::indexing_slicing)]

use anyhow::{Result, ensure};
use contraflow_tidy::{files, root, text};
use std::collections::BTreeSet;
use std::fs;
use wit_parser::{Docs, PackageId, Resolve, Type, TypeDef, TypeDefKind, TypeOwner, UnresolvedPackageGroup};

/// What the contracts said when they were last agreed to.
const SNAPSHOT: &str = "tests/tidy/contracts.wit";

/// Set to 1, it takes today's contracts as agreed to.
const BLESS: &str = "CONTRAFLOW_BLESS";

/// Lists our packages, each after those it uses.
fn packages() -> Result<(Resolve, Vec<PackageId>)> {
    let folders: BTreeSet<String> =
        files("wit")?.iter().filter_map(|path| Some(path.rsplit_once('/')?.0.to_owned())).collect();
    let mut waiting = folders
        .iter()
        .map(|folder| UnresolvedPackageGroup::parse_dir(root().join(folder)))
        .collect::<Result<Vec<_>>>()?;
    let (mut resolve, mut done) = (Resolve::default(), Vec::new());
    while !waiting.is_empty() {
        let ready = waiting
            .iter()
            .position(|group| group.main.foreign_deps.keys().all(|name| resolve.package_names.contains_key(name)));
        let Some(ready) = ready else {
            anyhow::bail!("packages of wit/ use each other in a circle, or one that is not there")
        };
        done.push(resolve.push_group(waiting.remove(ready))?);
    }
    Ok((resolve, done))
}

#[test]
fn everything_in_a_contract_is_documented() -> Result<()> {
    let (resolve, packages) = packages()?;
    let mut bare = Vec::new();
    let mut see = |docs: &Docs, name: String| {
        if docs.contents.as_deref().is_none_or(|docs| docs.trim().is_empty()) {
            bare.push(name);
        }
    };
    for package in packages {
        let Some(package) = resolve.packages.get(package) else { continue };
        see(&package.docs, package.name.to_string());
        for (name, world) in &package.worlds {
            see(&resolve.worlds[*world].docs, format!("{} {name}", package.name));
        }
        for (name, interface) in &package.interfaces {
            let interface = &resolve.interfaces[*interface];
            let place = format!("{} {name}", package.name);
            see(&interface.docs, place.clone());
            for (name, function) in &interface.functions {
                see(&function.docs, format!("{place} {name}"));
            }
            for (name, id) in &interface.types {
                type_docs(&resolve, &resolve.types[*id], &format!("{place} {name}"), &mut see);
            }
        }
    }
    ensure!(bare.is_empty(), "without a doc comment:\n{}", bare.join("\n"));
    Ok(())
}

fn type_docs(resolve: &Resolve, definition: &TypeDef, name: &str, see: &mut impl FnMut(&Docs, String)) {
    if is_used(resolve, definition) {
        return;
    }
    see(&definition.docs, name.to_owned());
    let parts: Vec<(&String, &Docs)> = match &definition.kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|field| (&field.name, &field.docs)).collect(),
        TypeDefKind::Variant(variant) => variant.cases.iter().map(|case| (&case.name, &case.docs)).collect(),
        TypeDefKind::Enum(list) => list.cases.iter().map(|case| (&case.name, &case.docs)).collect(),
        TypeDefKind::Flags(flags) => flags.flags.iter().map(|flag| (&flag.name, &flag.docs)).collect(),
        _ => Vec::new(),
    };
    for (part, docs) in parts {
        see(docs, format!("{name} {part}"));
    }
}

/// Tells whether a type only comes from elsewhere by `use`: it is documented there.
fn is_used(resolve: &Resolve, definition: &TypeDef) -> bool {
    let TypeDefKind::Type(Type::Id(origin)) = definition.kind else { return false };
    let owner = resolve.types[origin].owner;
    owner != definition.owner && owner != TypeOwner::None
}

#[test]
fn contracts_change_on_purpose_only() -> Result<()> {
    let mut now = String::new();
    for path in files("wit")? {
        now.push_str(&format!("// {path}\n"));
        for line in text(&path)?.lines() {
            let code = line.split("//").next().unwrap_or(line).trim_end();
            if !code.is_empty() {
                now.push_str(code);
                now.push('\n');
            }
        }
    }
    if std::env::var(BLESS).is_ok_and(|bless| bless == "1") {
        fs::write(root().join(SNAPSHOT), &now)?;
    }
    let agreed = text(SNAPSHOT)?;
    let first = now.lines().zip(agreed.lines()).find(|(now, agreed)| now != agreed);
    ensure!(
        now == agreed,
        "wit/ and {SNAPSHOT} differ, first at {first:?}.\nIf the change is meant: raise the package's version when adapters exist that know the old one, \
         then {BLESS}=1 cargo test -p contraflow-tidy --test contracts"
    );
    Ok(())
}
