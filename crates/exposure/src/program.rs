//! Programs that the catalogue lists apart from the system that they are a part of.
//!
//! In: products such as `Internet Explorer 11 on Windows 7 for x64-based Systems Service Pack 1`.
//! Out: their rows, for the system, under the program as a component. Never: a program that is no
//! part of a system, as Office is.

use rustc_hash::FxHashMap;
use wardwatch_model::Landscape;
use wardwatch_model::landscape::Fix;

use crate::catalogue::key;

/// Programs by the system that they are listed on.
pub(crate) struct Programs {
    /// For the place of a system: places of the products, and of the components they stand for.
    on: FxHashMap<u32, Vec<(u32, u16)>>,
}

impl Programs {
    /// Finds them. Names of programs that no component has are added to `components`.
    pub(crate) fn new(
        landscape: &Landscape,
        systems: &FxHashMap<String, u32>,
        components: &mut Vec<String>,
    ) -> Self {
        let mut places: FxHashMap<String, u16> = FxHashMap::default();
        for (place, name) in (0u16..=u16::MAX).zip(components.iter()) {
            places.entry(name.clone()).or_insert(place);
        }
        let mut on: FxHashMap<u32, Vec<(u32, u16)>> = FxHashMap::default();
        for (place, product) in (0u32..).zip(&landscape.products) {
            let Some((program, system)) = product.name.split_once(" on ") else { continue };
            let Some(&system) = systems.get(&key(system)) else { continue };
            let component = match places.get(program) {
                Some(&component) => component,
                None => {
                    let Ok(component) = u16::try_from(components.len()) else { continue };
                    components.push(program.to_owned());
                    places.insert(program.to_owned(), component);
                    component
                }
            };
            on.entry(system).or_default().push((place, component));
        }
        Programs { on }
    }

    /// Rows of all programs on a system.
    pub(crate) fn rows<'a>(
        &'a self,
        landscape: &'a Landscape,
        system: u32,
    ) -> impl Iterator<Item = Fix> + 'a {
        self.on.get(&system).into_iter().flatten().flat_map(|&(place, component)| {
            let fixes = landscape.products.get(place as usize).map(|product| product.fixes.clone());
            let range = fixes.map_or(0..0, |fixes| fixes.start as usize..fixes.end as usize);
            let rows = landscape.fixes.get(range).unwrap_or_default();
            rows.iter().map(move |row| Fix { component, ..*row })
        })
    }
}
