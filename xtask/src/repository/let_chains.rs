//! Checks that the libraries contain no `if let ... && ...`. It needs Rust 1.88, newer than their
//! `rust-version`, and no lint of the compiler or of clippy says so.

use std::path::Path;

use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprBinary};

use crate::files;
use crate::library::LIBRARIES;

pub(super) fn check(root: &Path) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for library in LIBRARIES {
        let folder = format!("crates/{library}/src");
        for (name, bytes) in files::read_all(&root.join(&folder))? {
            if Path::new(&name).extension().is_none_or(|it| it != "rs") {
                continue;
            }
            let text = String::from_utf8_lossy(&bytes);
            let path = format!("{folder}/{name}");
            let file = syn::parse_file(&text).map_err(|error| format!("{path}: {error}"))?;
            let mut found = LetChains::default();
            found.visit_file(&file);
            let problem = |condition| format!("{path}: `{condition}` needs Rust 1.88");
            problems.extend(found.0.into_iter().map(problem));
        }
    }
    Ok(problems)
}

/// The conditions.
#[derive(Default)]
struct LetChains(Vec<String>);

impl<'a> Visit<'a> for LetChains {
    fn visit_expr_binary(&mut self, binary: &'a ExprBinary) {
        let sides = [&*binary.left, &*binary.right];
        let has_let = sides.iter().any(|side| matches!(side, Expr::Let(_)));
        if matches!(binary.op, BinOp::And(_)) && has_let {
            self.0.push(binary.to_token_stream().to_string());
        }
        visit::visit_expr_binary(self, binary);
    }
}
