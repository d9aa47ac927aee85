#![allow(clippy::unwrap_used)]

use super::*;
use clap::ValueEnum as _;

/// Returns a checkout with the templates in it, and nothing else.
fn checkout() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for file in files(&sh::root().join("xtask/templates")).unwrap() {
        let text = fs::read_to_string(sh::root().join("xtask/templates").join(&file)).unwrap();
        write(root.path(), &Path::new("xtask/templates").join(file), &text).unwrap();
    }
    let main = fs::read_to_string(sh::root().join(TESTS).join("main.rs")).unwrap();
    write(root.path(), &Path::new(TESTS).join("main.rs"), &main).unwrap();
    root
}

fn text(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap()
}

#[test]
fn a_new_adapter_is_the_template_under_another_name() {
    for contract in Contract::value_variants() {
        let root = checkout();
        let shelf = contract.folder();
        let made = adapter(root.path(), *contract, "paypal").unwrap();
        assert!(made.contains(&PathBuf::from(format!("adapters/{shelf}/paypal/adapter.toml"))), "{made:?}");
        for path in &made {
            let made = fs::read_to_string(root.path().join(path)).unwrap();
            assert!(!made.to_lowercase().contains("example"), "{}", path.display());
            // The template compiles, and so does what differs from it by a name alone.
            let Ok(inner) = path.strip_prefix(format!("adapters/{shelf}/paypal")) else { continue };
            let template = text(root.path(), &format!("xtask/templates/{shelf}/{}", inner.display()));
            assert_eq!(
                made.replace("paypal", "example").replace("Paypal", "Example"),
                template.replace(UNTESTED, "\n")
            );
        }
        let description = text(root.path(), &format!("{TESTS}/paypal/mod.rs"));
        assert!(description.contains(&format!("suite!({shelf}: Paypal);\n")), "{description}");
        assert!(description.contains(&format!("\"adapters/{shelf}/paypal\"")), "{description}");
        let manifest = text(root.path(), &format!("adapters/{shelf}/paypal/Cargo.toml"));
        assert!(manifest.contains(&format!("name = \"{shelf}-paypal\"")), "{manifest}");
    }
}

#[test]
fn the_vendor_joins_the_others_in_the_order_of_names() {
    let root = checkout();
    adapter(root.path(), Contract::Courier, "paypal").unwrap();
    adapter(root.path(), Contract::Gateway, "aaa").unwrap();
    let main = text(root.path(), &format!("{TESTS}/main.rs"));
    let modules: Vec<_> = main.rsplit_once("\n\n").unwrap().1.lines().collect();
    assert!(modules.contains(&"mod paypal;") && modules.first() == Some(&"mod aaa;"), "{modules:?}");
    assert!(modules.is_sorted(), "{modules:?}");
}

#[test]
fn a_name_that_is_taken_or_is_none_is_told() {
    let root = checkout();
    adapter(root.path(), Contract::Gateway, "paypal").unwrap();
    let refused = |contract, name: &str| adapter(root.path(), contract, name).unwrap_err().to_string();
    assert!(refused(Contract::Gateway, "paypal").contains("adapters/gateway/paypal"));
    assert!(refused(Contract::Courier, "paypal").contains("tests/adapters/tests/adapters/paypal"));
    for name in ["", "PayPal", "pay-pal", "pay_pal", "9pay", "../paypal", "päypal", &"p".repeat(33)] {
        assert!(refused(Contract::Erp, name).contains("is no name"), "{name}");
    }
    for name in ["example", "harness", "crate"] {
        assert!(refused(Contract::Erp, name).contains("in use"), "{name}");
    }
}
