//! The type of the fields that keep unknown properties, and of their setters.

use syn::visit_mut::{self, VisitMut};
use syn::{Field, ImplItemFn, ItemMod, Type, parse_quote};

use super::syntax::foreign_name;
use crate::ident::EXTRA;

/// Keeps unknown properties in the runtime's type. Those that must all have a certain type stay in a map.
pub(super) fn rewrite(types: &mut ItemMod) {
    Places.visit_item_mod_mut(types);
}

/// Finds the fields and the setters, by their name: no property has it.
struct Places;

impl VisitMut for Places {
    fn visit_field_mut(&mut self, field: &mut Field) {
        if field.ident.as_ref().is_some_and(|name| name == EXTRA) {
            Maps.visit_type_mut(&mut field.ty);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        if function.sig.ident == EXTRA {
            Maps.visit_signature_mut(&mut function.sig);
        }
    }
}

/// Replaces the map of any values.
struct Maps;

impl VisitMut for Maps {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if foreign_name(ty) == "Map" {
            *ty = parse_quote!(::partner_center_core::ExtraProperties);
        }
        visit_mut::visit_type_mut(self, ty);
    }
}
