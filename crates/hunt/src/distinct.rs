//! Patterns that are looked for within texts, asked of each different text once.
//!
//! In: a condition that a file's reader looks at. Out: the same condition, in which a `LIKE` is asked only
//! of the different texts of a batch: the texts of most columns are few, written down once in a file and
//! pointed at by every row. Never: another answer than the engine's own.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, AsArray, BooleanArray, RecordBatch, StringViewArray, UInt32Array,
};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, LikeExpr, Literal};
use rustc_hash::FxHashMap;

/// Of so many rows one text may be new: otherwise looking for repeats costs more than it saves.
const REPEATS: usize = 4;
/// Rows after which that is first looked at.
const AT_FIRST: usize = 256;

/// The condition, with every pattern that may begin anywhere asked of different texts once. A pattern with
/// a fixed beginning stays as it is: statistics of a file can rule that out.
pub(crate) fn once_for_each(condition: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
    let pattern = |like: &LikeExpr| {
        let literal = like.pattern().downcast_ref::<Literal>()?;
        literal.value().try_as_str().flatten().map(|text| text.starts_with(['%', '_']))
    };
    condition
        .transform_up(|expr| {
            let like = expr.downcast_ref::<LikeExpr>();
            let like = like.filter(|like| pattern(like) == Some(true));
            Ok(match like.filter(|like| like.expr().is::<Column>()) {
                Some(like) => Transformed::yes(Arc::new(OfDistinct::new(like)) as _),
                None => Transformed::no(expr),
            })
        })
        .data()
}

/// See the module.
#[derive(Debug, Eq)]
struct OfDistinct {
    /// As the engine has it.
    like: Arc<dyn PhysicalExpr>,
    /// The same, of the only column of a batch.
    alone: Arc<dyn PhysicalExpr>,
}

// By hand, since a derive moves the pointer out (rust-lang/rust#78808).
impl PartialEq for OfDistinct {
    fn eq(&self, other: &Self) -> bool {
        self.like.eq(&other.like)
    }
}

impl Hash for OfDistinct {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.like.hash(state);
    }
}

impl OfDistinct {
    fn new(like: &LikeExpr) -> Self {
        let of = |text: &Arc<dyn PhysicalExpr>| {
            let pattern = Arc::clone(like.pattern());
            LikeExpr::new(like.negated(), like.case_insensitive(), Arc::clone(text), pattern)
        };
        let only: Arc<dyn PhysicalExpr> = Arc::new(Column::new("text", 0));
        OfDistinct { like: Arc::new(of(like.expr())), alone: Arc::new(of(&only)) }
    }

    /// The answers for texts that repeat; none when they do not.
    fn of_repeated(&self, texts: &StringViewArray) -> Result<Option<BooleanArray>> {
        let Some((codes, firsts)) = repeated(texts) else { return Ok(None) };
        let different = take(texts, &UInt32Array::from(firsts), None)?;
        let schema = Schema::new(vec![Field::new("text", DataType::Utf8View, true)]);
        let batch = RecordBatch::try_new(Arc::new(schema), vec![different])?;
        let answers = self.alone.evaluate(&batch)?.into_array(batch.num_rows())?;
        let answers = answers.as_boolean();
        let each =
            BooleanBuffer::collect_bool(codes.len(), |row| answers.value(codes[row] as usize));
        Ok(Some(BooleanArray::new(each, texts.nulls().cloned())))
    }
}

/// For each row the number of its text, and for each number the first row that has it. Alike are texts
/// that lie at the same place. None when hardly any repeats.
fn repeated(texts: &StringViewArray) -> Option<(Vec<u32>, Vec<u32>)> {
    let views = texts.views();
    let mut codes = Vec::with_capacity(views.len());
    let (mut firsts, mut known) = (Vec::new(), FxHashMap::<u128, u32>::default());
    let mut last = None;
    for (row, &view) in views.iter().enumerate() {
        let code = match last {
            Some((before, code)) if before == view => code,
            _ => *known.entry(view).or_insert_with(|| {
                firsts.push(row as u32);
                firsts.len() as u32 - 1
            }),
        };
        last = Some((view, code));
        codes.push(code);
        if row >= AT_FIRST && firsts.len() * REPEATS > row {
            return None;
        }
    }
    Some((codes, firsts))
}

impl fmt::Display for OfDistinct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.like.fmt(f)
    }
}

impl PhysicalExpr for OfDistinct {
    fn data_type(&self, schema: &Schema) -> Result<DataType> {
        self.like.data_type(schema)
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        self.like.nullable(schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let like = self.like.downcast_ref::<LikeExpr>();
        let texts = like.map(|like| like.expr().evaluate(batch)).transpose()?;
        if let Some(ColumnarValue::Array(texts)) = texts
            && let Some(texts) = texts.as_string_view_opt()
            && let Some(answers) = self.of_repeated(texts)?
        {
            return Ok(ColumnarValue::Array(Arc::new(answers)));
        }
        self.like.evaluate(batch)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.like]
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let [like] = <[_; 1]>::try_from(children).map_err(|_| {
            DataFusionError::Internal("a pattern asked of different texts has one input".to_owned())
        })?;
        Ok(match like.downcast_ref::<LikeExpr>() {
            Some(like) => Arc::new(OfDistinct::new(like)),
            None => like,
        })
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.like.fmt_sql(f)
    }
}

#[cfg(test)]
mod tests {
    use datafusion::common::ScalarValue;
    use proptest::prelude::*;

    use super::*;

    fn evaluated(condition: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> BooleanArray {
        let value = condition.evaluate(batch).unwrap().into_array(batch.num_rows()).unwrap();
        value.as_boolean().clone()
    }

    proptest! {
        #[test]
        fn the_answers_are_those_of_the_engine(
            words in prop::collection::vec(proptest::option::of("[ab%_\\\\é]{0,20}"), 1..6),
            picked in prop::collection::vec(0_usize..6, 0..1500),
            pattern in "[%_][ab%_\\\\é]{0,4}",
            negated: bool,
            case_insensitive: bool,
        ) {
            let texts: StringViewArray =
                picked.iter().map(|at| words[at % words.len()].as_deref()).collect();
            let schema = Schema::new(vec![Field::new("text", DataType::Utf8View, true)]);
            let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(texts)]).unwrap();
            let pattern = Literal::new(ScalarValue::Utf8View(Some(pattern)));
            let text = Arc::new(Column::new("text", 0));
            let plain: Arc<dyn PhysicalExpr> =
                Arc::new(LikeExpr::new(negated, case_insensitive, text, Arc::new(pattern)));
            let ours = once_for_each(Arc::clone(&plain)).unwrap();
            prop_assert!(ours.is::<OfDistinct>());
            prop_assert_eq!(evaluated(&ours, &batch), evaluated(&plain, &batch));
        }
    }

    #[test]
    fn texts_that_do_not_repeat_are_asked_one_by_one() {
        let different: StringViewArray =
            (0..1000).map(|n| Some(format!("a text that is long, number {n}"))).collect();
        assert_eq!(repeated(&different), None);
        let alike: StringViewArray = (0..1000).map(|n| Some(format!("{}", n % 3))).collect();
        let (codes, firsts) = repeated(&alike).unwrap();
        assert_eq!((codes[..4].to_vec(), firsts), (vec![0, 1, 2, 0], vec![0, 1, 2]));
    }
}
