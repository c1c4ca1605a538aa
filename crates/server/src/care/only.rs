//! Which devices of a list are meant, by what they run and how careful one is with them.

use wardwatch_model::CareClass;

/// Values that a device has to have, or must not have; all are meant unless something is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// What it runs.
    pub system: Option<String>,
    /// What it does not run.
    pub not_system: Option<String>,
    /// Its care class; inside, none stands for what nobody has classified.
    pub care_class: Option<Option<CareClass>>,
    /// What is not its care class.
    pub not_care_class: Option<Option<CareClass>>,
}

impl Only {
    /// Whether a device is meant that runs this and is of this class.
    pub fn means(&self, system: Option<&str>, class: Option<CareClass>) -> bool {
        self.system.as_deref().is_none_or(|wanted| system == Some(wanted))
            && self.not_system.as_deref().is_none_or(|unwanted| system != Some(unwanted))
            && self.care_class.is_none_or(|wanted| class == wanted)
            && self.not_care_class.is_none_or(|unwanted| class != unwanted)
    }

    /// Whether every device is meant.
    pub fn is_all(&self) -> bool {
        *self == Only::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_a_value_like_others() {
        let all = Only::default();
        assert!(all.is_all() && all.means(None, None));
        let unclassified = Only { care_class: Some(None), ..Only::default() };
        assert!(unclassified.means(Some("Windows XP"), None) && !unclassified.is_all());
        assert!(!unclassified.means(None, Some(CareClass::Normal)));
        let no_xp = Only { not_system: Some("Windows XP".into()), ..Only::default() };
        assert!(no_xp.means(None, None) && !no_xp.means(Some("Windows XP"), None));
        let xp = Only { system: Some("Windows XP".into()), ..Only::default() };
        assert!(!xp.means(None, None) && xp.means(Some("Windows XP"), None));
    }
}
