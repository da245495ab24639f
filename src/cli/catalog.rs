//! `cordboard catalog`: compiles an API document, and shows what is known of the API.
//!
//! Owns the verb's arguments, its files and its two ways of writing (for people, as JSON). What it shows comes from
//! the catalog alone: no PBX is asked.

mod show;

use crate::catalog::compile::{self, Report};
use crate::catalog::{Catalog, Facts, Shape};
use anyhow::Context;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to do with the catalog.
#[derive(Debug, clap::Subcommand)]
pub enum CatalogVerb {
    /// Compile an OpenAPI document, such as the one a PBX serves at /xapi/v1/swagger.yaml
    Compile {
        /// The document, YAML or JSON
        file: PathBuf,
        /// Where to write the compiled catalog; without it nothing is written
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// The PBX build it belongs to, such as 20.0.10; the document does not say
        #[arg(long, value_name = "LABEL", default_value = "")]
        build: String,
    },
    /// Show the resources of the API, or the fields and operations of one
    Show {
        /// Its wire name or title, such as Groups or departments
        resource: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
        /// A compiled catalog to show instead of the one that ships
        #[arg(long, value_name = "FILE")]
        catalog: Option<PathBuf>,
    },
}

/// Runs the verb.
///
/// # Errors
/// When a file cannot be read or written, or is not what it should be; the message is a sentence for people.
pub fn run(verb: CatalogVerb, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match verb {
        CatalogVerb::Compile { file, output, build } => compile(&file, output.as_deref(), &build, out, err),
        CatalogVerb::Show { resource, json, catalog } => {
            let catalog = match catalog {
                Some(file) => load(&file)?,
                None => Catalog::shipped(),
            };
            show(catalog, resource.as_deref(), json, out, err)
        }
    }
}

fn compile(
    file: &Path,
    output: Option<&Path>,
    build: &str,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = String::from_utf8(bytes).ok().with_context(|| format!("{} is not text in UTF-8", file.display()))?;
    let compiled = compile::compile(&text, build).with_context(|| format!("cannot compile {}", file.display()))?;
    for note in &compiled.report.notes {
        writeln!(err, "{note}")?;
    }
    let bytes = compile::encode(&compiled.facts);
    if let Some(output) = output {
        std::fs::write(output, &bytes).with_context(|| format!("cannot write {}", output.display()))?;
    }
    writeln!(out, "{}", summary(&compiled.facts, &compiled.report, bytes.len(), output))?;
    Ok(ExitCode::SUCCESS)
}

/// One line of counts.
fn summary(facts: &Facts, report: &Report, size: usize, output: Option<&Path>) -> String {
    let shape = |shape| facts.resources.iter().filter(|r| r.shape == shape).count();
    let written = match output {
        Some(file) => format!("{size} bytes in {}", file.display()),
        None => format!("{size} bytes, not written (-o FILE keeps them)"),
    };
    let odd = match report.notes.len() {
        0 => String::new(),
        1 => ", 1 place not understood".to_owned(),
        n => format!(", {n} places not understood"),
    };
    format!(
        "{} operations, {} paths, {} tags, {} schemas ({} of them enums), {} resources ({} collections, {} singletons, {} with functions only){odd}; {written}",
        facts.operations.len(),
        facts.paths,
        facts.tags.len(),
        facts.schemas.len() + facts.enums.len(),
        facts.enums.len(),
        facts.resources.len(),
        shape(Shape::Collection),
        shape(Shape::Singleton),
        shape(Shape::Functions),
    )
}

fn load(file: &Path) -> anyhow::Result<&'static Catalog> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Catalog::from_bytes(bytes).with_context(|| format!("cannot use {}", file.display()))
}

fn show(
    catalog: &Catalog,
    resource: Option<&str>,
    json: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let Some(words) = resource else {
        if json {
            show::as_json(&show::all_json(catalog), out)?;
        } else {
            show::all(catalog, out)?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let Some(resource) = catalog.find(words) else {
        let guess = catalog
            .nearest(words)
            .map_or_else(String::new, |r| format!(" Did you mean {} ({})?", r.name, catalog.resource_title(r.name)));
        writeln!(err, "The API of {} has no resource '{words}'.{guess}", build(catalog))?;
        return Ok(ExitCode::from(super::NOT_FOUND));
    };
    if json {
        show::as_json(&show::one_json(catalog, resource), out)?;
    } else {
        show::one(catalog, resource, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn build(catalog: &Catalog) -> &str {
    if catalog.build().is_empty() { "this document" } else { catalog.build() }
}

#[cfg(test)]
mod tests;
