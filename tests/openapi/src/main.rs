//! `cargo xtask openapi`: writes the schemas that are made from types into the API's reference.

use std::fs;

use anyhow::Result;
use contraflow_openapi::{path, text, with_schemas_made};

fn main() -> Result<()> {
    let written = text()?;
    let made = with_schemas_made(&written)?;
    if written == made {
        println!("functions/api/openapi.json is what the types say");
    } else {
        fs::write(path(), made)?;
        println!("functions/api/openapi.json is written anew");
    }
    Ok(())
}
