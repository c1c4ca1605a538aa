//! The view `events`: the published files of a stretch of time, behind the gate.
//!
//! In: what the query asks of it. Out: a plan that reads the files' wanted columns, passes over
//! what statistics, page indexes and filters rule out, and ends in the gate.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, col, lit};
use datafusion::physical_plan::ExecutionPlan;
use wardwatch_store::LakeFile;

use crate::scope_exec::{Gate, Needs, ScopeExec};
use crate::view::Source;
use crate::{distinct, safe, session, view};

/// Rows that are read at once when their bodies are.
const BODY_ROWS: usize = 1 << 10;

/// The view over these files.
#[derive(Debug)]
pub(crate) struct Events {
    pub gate: Arc<Gate>,
    pub files: Vec<LakeFile>,
    pub threads: usize,
    /// Whether conditions are looked at while a file is read, so that other columns are read only
    /// where they hold.
    pub late: bool,
}

impl Events {
    /// What the scope and the stretch of time ask of a row, for statistics to rule files out; nothing of
    /// time when all files lie within. The gate looks at every row again.
    fn condition(&self) -> Expr {
        let text = |org: &String| lit(ScalarValue::Utf8View(Some(org.clone())));
        let mut orgs = self.gate.orgs.iter();
        let org = match (orgs.next(), orgs.next()) {
            (Some(only), None) => col("org").eq(text(only)),
            _ => col("org").in_list(self.gate.orgs.iter().map(text).collect(), false),
        };
        let time =
            |micros| lit(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())));
        let within = |file: &LakeFile| {
            file.first.micros >= self.gate.from && file.last.micros < self.gate.until
        };
        if self.files.iter().all(within) {
            return org;
        }
        let from = col("time").gt_eq(time(self.gate.from));
        org.and(from).and(col("time").lt(time(self.gate.until)))
    }

    /// The files shared between the working threads, about equally.
    fn groups(&self) -> Vec<FileGroup> {
        let mut files: Vec<&LakeFile> = self.files.iter().collect();
        files.sort_by_key(|file| std::cmp::Reverse(file.bytes));
        let mut groups = vec![(0u64, Vec::new()); self.threads.clamp(1, files.len().max(1))];
        for file in files {
            if let Some(least) = groups.iter_mut().min_by_key(|(bytes, _)| *bytes) {
                least.0 += file.bytes;
                least.1.push(PartitionedFile::new(file.path.clone(), file.bytes));
            }
        }
        groups.into_iter().map(|(_, files)| FileGroup::new(files)).collect()
    }
}

#[async_trait::async_trait]
impl TableProvider for Events {
    fn schema(&self) -> SchemaRef {
        view::schema()
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let masked = self.gate.masks();
        let answer = |filter: &&Expr| {
            if safe::may_go_down(filter, masked) {
                // The query's own filter stays above the gate; this one only saves reading.
                TableProviderFilterPushDown::Inexact
            } else {
                TableProviderFilterPushDown::Unsupported
            }
        };
        Ok(filters.iter().map(answer).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let full = view::schema();
        let asked: Vec<usize> =
            projection.cloned().unwrap_or_else(|| (0..full.fields().len()).collect());
        let wanted: SchemaRef = Arc::new(Schema::new(
            asked.iter().map(|at| full.field(*at).clone()).collect::<Vec<_>>(),
        ));
        let mut places: Vec<usize> = Vec::new();
        let mut need = |place: usize| {
            places.iter().position(|at| *at == place).unwrap_or_else(|| {
                places.push(place);
                places.len() - 1
            })
        };
        let user = view::place("user").filter(|_| self.gate.masks());
        let body = view::place("body").unwrap_or_default();
        let columns = asked.iter().map(|at| match view::source(*at) {
            Source::File(place) => Source::File(need(place)),
            computed => computed,
        });
        let columns: Arc<[Source]> = columns.collect();
        let computed = columns.iter().any(|column| !matches!(column, Source::File(_)));
        let needs = Needs {
            org: need(view::ORG),
            time: need(view::TIME),
            user: user.map(&mut need),
            body: computed.then(|| need(body)),
        };

        let masked = self.gate.masks();
        let safe = filters.iter().filter(|filter| safe::may_go_down(filter, masked)).cloned();
        let conditions = std::iter::once(self.condition()).chain(safe);
        let files = view::files();
        let df_schema = DFSchema::try_from(Arc::clone(&files))?;
        let mut source = ParquetSource::new(files)
            .with_pushdown_filters(self.late)
            .with_enable_page_index(true)
            .with_bloom_filter_on_read(true);
        if let Some(condition) = conjunction(conditions) {
            let condition = state.create_physical_expr(condition, &df_schema)?;
            source = source.with_predicate(distinct::once_for_each(condition)?);
        }
        let url = session::store_url()?;
        let runtime = state.runtime_env();
        let footers = CachedParquetFileReaderFactory::new(
            runtime.object_store(&url)?,
            runtime.cache_manager.get_file_metadata_cache(),
        );
        let source = source.with_parquet_file_reader_factory(Arc::new(footers));
        // Bodies may be long, and so many of them are in memory at once.
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_batch_size(places.contains(&body).then_some(BODY_ROWS))
            .with_file_groups(self.groups())
            .with_projection_indices(Some(places))?
            .build();
        let input = DataSourceExec::from_data_source(config);
        Ok(Arc::new(ScopeExec::new(Arc::clone(&self.gate), input, needs, columns, wanted)))
    }
}
