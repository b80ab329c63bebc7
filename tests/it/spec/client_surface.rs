//! A snapshot of the generated client's public API: its code without documentation, function bodies
//! and private items.

use partner_center_tests::workspace;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Fields, ImplItem, Item, Visibility};

struct Surface;

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

impl VisitMut for Surface {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }

    fn visit_fields_mut(&mut self, fields: &mut Fields) {
        if let Fields::Named(fields) = fields {
            let named = std::mem::take(&mut fields.named);
            fields.named = named
                .into_iter()
                .filter(|field| is_public(&field.vis))
                .collect();
        }
        visit_mut::visit_fields_mut(self, fields);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        let of_trait = block.trait_.is_some();
        block.items.retain(|item| match item {
            ImplItem::Fn(method) => of_trait || is_public(&method.vis),
            _ => true,
        });
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.clear();
    }
}

#[test]
fn the_generated_client_is_as_reviewed() {
    let mut surface = String::new();
    for name in ["mod", "client", "builder", "types"] {
        let path = format!("crates/transfers/src/generated/{name}.rs");
        let text = std::fs::read_to_string(workspace().join(&path)).unwrap();
        let mut file = syn::parse_file(&text).unwrap();
        let is_private = |item: &syn::ItemUse| matches!(item.vis, Visibility::Inherited);
        file.items
            .retain(|item| !matches!(item, Item::Use(item) if is_private(item)));
        Surface.visit_file_mut(&mut file);
        surface += &format!("// {path}\n\n{}\n", prettyplease::unparse(&file));
    }
    insta::assert_snapshot!(surface);
}
