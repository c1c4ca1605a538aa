//! The gate between the files and the query: only rows of the scope and the stretch of time go
//! through, masked where they are not the caller's own.
//!
//! In: batches as files gave them. Out: the wanted columns of the rows that the caller may see.
//! Invariant: no condition or computation of the query runs below it but those that cannot fail
//! (`safe.rs`); the engine cannot move one through it, since it takes none in.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, BooleanBuilder};
use datafusion::arrow::array::{RecordBatch, RecordBatchOptions, new_null_array};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{DataType, SchemaRef, TimestampMicrosecondType};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
    ReplaceChildrenOptions,
};
use futures_util::StreamExt;
use wardwatch_model::OrgId;

use crate::mask::{self, Pseudonyms};
use crate::process;
use crate::progress::Counts;
use crate::view::Source;

/// Whose rows go through, and of when.
pub(crate) struct Gate {
    /// The scope's organisations.
    pub orgs: BTreeSet<String>,
    /// Those of them whose rows are shown as they are.
    pub home: BTreeSet<String>,
    /// First microsecond.
    pub from: i64,
    /// First microsecond after.
    pub until: i64,
    /// What stands for users elsewhere.
    pub pseudonyms: Arc<dyn Pseudonyms>,
    /// What is counted.
    pub counts: Arc<Counts>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

impl Gate {
    /// Whether some rows are masked.
    pub fn masks(&self) -> bool {
        !self.orgs.is_subset(&self.home)
    }
}

/// Places of the columns that the gate itself needs, among those of its input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    pub org: usize,
    pub time: usize,
    pub user: Option<usize>,
    pub body: Option<usize>,
}

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct ScopeExec {
    gate: Arc<Gate>,
    input: Arc<dyn ExecutionPlan>,
    needs: Needs,
    columns: Arc<[Source]>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl ScopeExec {
    /// `schema` is the wanted columns, `columns` what each is worked out of, by places among the input's.
    pub fn new(
        gate: Arc<Gate>,
        input: Arc<dyn ExecutionPlan>,
        needs: Needs,
        columns: Arc<[Source]>,
        schema: SchemaRef,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            input.output_partitioning().clone(),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        ScopeExec { gate, input, needs, columns, schema, properties: Arc::new(properties) }
    }
}

impl DisplayAs for ScopeExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScopeExec")
    }
}

impl ExecutionPlan for ScopeExec {
    fn name(&self) -> &str {
        "ScopeExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let [input] = <[_; 1]>::try_from(children)
            .map_err(|_| DataFusionError::Internal("the gate has one input".to_owned()))?;
        let (gate, schema) = (Arc::clone(&self.gate), Arc::clone(&self.schema));
        let columns = Arc::clone(&self.columns);
        Ok(Arc::new(ScopeExec::new(gate, input, self.needs, columns, schema)))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let recompute = datafusion::physical_plan::ChildrenPropertiesMode::Recompute;
        self.replace_children(children, ReplaceChildrenOptions::new(recompute))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let (gate, needs) = (Arc::clone(&self.gate), self.needs);
        let (schema, columns) = (Arc::clone(&self.schema), Arc::clone(&self.columns));
        let out = Arc::clone(&schema);
        let batches = input.map(move |batch| through(&gate, needs, &columns, &out, &batch?));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

/// The wanted columns of the rows that go through.
fn through(
    gate: &Gate,
    needs: Needs,
    sources: &[Source],
    wanted: &SchemaRef,
    batch: &RecordBatch,
) -> Result<RecordBatch> {
    let inside = inside(gate, needs, batch);
    let kept = if inside.true_count() == batch.num_rows() {
        batch.clone()
    } else {
        filter_record_batch(batch, &inside)?
    };
    gate.counts.read(kept.num_rows());
    let outside = if gate.masks() { outside(gate, kept.column(needs.org))? } else { Vec::new() };
    let users = needs.user.map(|at| kept.column(at));
    // Identifiers are no names: they are told of bodies that are not shown.
    let ids = needs.body.map(|at| process::columns(kept.column(at)));
    let columns = wanted.fields().iter().zip(sources).map(|(field, source)| {
        let values = match (source, &ids) {
            (Source::File(at), _) => kept.column(*at),
            (Source::Process, Some((process, _))) => process,
            (Source::Parent, Some((_, parent))) => parent,
            (_, None) => return new_null_array(&DataType::Utf8View, kept.num_rows()),
        };
        if gate.masks() {
            mask::column(field.name(), values, &outside, users, gate.pseudonyms.as_ref())
        } else {
            Arc::clone(values)
        }
    });
    let options = RecordBatchOptions::new().with_row_count(Some(kept.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(wanted), columns.collect(), &options)?)
}

/// Which rows go through.
fn inside(gate: &Gate, needs: Needs, batch: &RecordBatch) -> BooleanArray {
    let orgs = batch.column(needs.org).as_string_view();
    let times = batch.column(needs.time).as_primitive::<TimestampMicrosecondType>();
    let mut inside = BooleanBuilder::with_capacity(batch.num_rows());
    // Rows of one organisation stand together.
    let mut last: Option<(&str, bool)> = None;
    for at in 0..batch.num_rows() {
        let org = orgs.value(at);
        let covered = match last {
            Some((known, covered)) if known == org => covered,
            _ => gate.orgs.contains(org),
        };
        last = Some((org, covered));
        let time = times.value(at);
        let known = !orgs.is_null(at) && !times.is_null(at);
        inside.append_value(known && covered && (gate.from..gate.until).contains(&time));
    }
    inside.finish()
}

/// For each row its organisation, when it is not the caller's own.
fn outside(gate: &Gate, orgs: &ArrayRef) -> Result<Vec<Option<OrgId>>> {
    let orgs = orgs.as_string_view();
    let mut last: Option<(&str, Option<OrgId>)> = None;
    let mut outside = Vec::with_capacity(orgs.len());
    for at in 0..orgs.len() {
        let org = orgs.value(at);
        let masked = match &last {
            Some((known, masked)) if *known == org => masked.clone(),
            _ if gate.home.contains(org) => None,
            _ => Some(org.parse().map_err(|_| {
                DataFusionError::Internal("a file names what is no organisation".to_owned())
            })?),
        };
        last = Some((org, masked.clone()));
        outside.push(masked);
    }
    Ok(outside)
}
