//! The engine as one hunt sees it: one view, the functions of the list, and nothing else.
//!
//! Never: a catalogue of tables or settings to look at, a table of a file, a table function, a
//! spill to disk.

use std::sync::Arc;

use datafusion::catalog::CatalogProviderList;
use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider,
    SchemaProvider, TableProvider,
};
use datafusion::error::Result;
use datafusion::execution::context::SessionContext;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::{SessionStateBuilder, SessionStateDefaults};
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::SessionConfig;

use crate::functions;
use crate::limits::HuntLimits;

/// Rows that are worked on at once.
const BATCH_ROWS: usize = 8 << 10;
/// Bytes of files' footers that are kept in memory: the files never change.
const FOOTER_BYTES: usize = 64 << 20;
/// The one catalogue and schema; names in a query have one part, so nobody sees these.
const PLACE: &str = "lake";

/// Where the lake's files lie, as the engine names it.
pub(crate) fn store_url() -> Result<ObjectStoreUrl> {
    ObjectStoreUrl::parse("lake://lake/")
}

/// Memory and files of all hunts together.
pub(crate) fn runtime(dir: &std::path::Path, limits: &HuntLimits) -> Result<Arc<RuntimeEnv>> {
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory_bytes)))
        .with_disk_manager_builder(
            DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled),
        )
        .with_metadata_cache_limit(FOOTER_BYTES)
        .build_arc()?;
    let files = LocalFileSystem::new_with_prefix(dir)?;
    runtime.register_object_store(store_url()?.as_ref(), Arc::new(files));
    Ok(runtime)
}

/// A context with the view under its name.
pub(crate) fn context(
    runtime: Arc<RuntimeEnv>,
    limits: &HuntLimits,
    events: Arc<dyn TableProvider>,
) -> Result<SessionContext> {
    let mut config = SessionConfig::new()
        .with_batch_size(BATCH_ROWS)
        .with_target_partitions(limits.threads.max(1))
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false)
        .with_default_catalog_and_schema(PLACE, PLACE);
    let options = config.options_mut();
    options.execution.enable_recursive_ctes = false;
    options.sql_parser.enable_ident_normalization = true;
    let schema = Arc::new(MemorySchemaProvider::new());
    schema.register_table("events".to_owned(), events)?;
    let catalog = Arc::new(MemoryCatalogProvider::new());
    catalog.register_schema(PLACE, schema)?;
    let catalogs = Arc::new(MemoryCatalogProviderList::new());
    catalogs.register_catalog(PLACE.to_owned(), catalog);
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_catalog_list(catalogs)
        .with_expr_planners(SessionStateDefaults::default_expr_planners())
        .with_scalar_functions(functions::scalar())
        .with_aggregate_functions(functions::aggregate())
        .build();
    Ok(SessionContext::new_with_state(state))
}
