//! What a 2020-05-18 deployment package is, and whether it ended: [`Package::verdict`].
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-getdeployment>

/// A deployment package as last read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Its id, where the answer tells it.
    pub id: Option<u64>,
    /// Its name for people.
    pub name: String,
    /// 0 in progress, 1 done, 2 failed, 6 rejected; anything else is in progress, and shown.
    pub status: Option<i64>,
    /// 8: its files are being checked; 7: they failed the check; absent: fine.
    pub checking: Option<i64>,
    /// What is in the place of the check and is not a number: it may mean anything, so it is never taken for the end of
    /// the check.
    pub unreadable_check: Option<String>,
    /// 1: into development; 2: into production.
    pub to_environment: Option<i64>,
    /// The account that created it.
    pub creator: String,
    /// When it was created, in milliseconds since 1970 by the service's clock.
    pub created_ms: Option<u64>,
    /// A text of the service; on a success it says `Success` or worse, and means nothing.
    pub message: String,
    /// What it carries.
    pub items: Vec<PackageItem>,
}

/// A file in a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageItem {
    /// The file.
    pub file: String,
    /// Its version.
    pub version: Option<i64>,
    /// 0 not yet, 1 published, 2 failed, 3 cloned, 4 failed, 5 cloning, 6 rejected.
    pub status: Option<i64>,
    /// What is there instead of a number.
    pub unreadable: Option<String>,
}

impl PackageItem {
    /// Whether the file was not published, or nobody can tell: a status that cannot be read is never taken for a good one.
    pub fn has_failed(&self) -> bool {
        matches!(self.status, Some(2 | 4 | 6)) || self.unreadable.is_some()
    }

    /// The documented word of its status.
    pub fn word(&self) -> String {
        match self.status {
            Some(0) => "Unpublished".into(),
            Some(1) => "Success".into(),
            Some(2) => "Error".into(),
            Some(3) => "Cloned".into(),
            Some(4) => "DeployError".into(),
            Some(5) => "Cloning".into(),
            Some(6) => "Reject".into(),
            Some(other) => other.to_string(),
            None => self.unreadable.clone().unwrap_or_else(|| "(no status)".into()),
        }
    }
}

/// What is to be done about a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageVerdict {
    /// Poll again later.
    Wait,
    /// Every file is where it belongs.
    Succeeded,
    /// It, its check or one of its files failed, or it was rejected.
    Failed,
}

impl Package {
    /// What is to be done. Total: a status that is not in the documents is in progress.
    pub fn verdict(&self) -> PackageVerdict {
        let bad_item = self.items.iter().any(PackageItem::has_failed);
        match (self.status, self.checking) {
            (Some(2 | 6), _) | (_, Some(7)) => PackageVerdict::Failed,
            (Some(1), _) if bad_item => PackageVerdict::Failed,
            (Some(1), Some(8)) => PackageVerdict::Wait,
            (Some(1), _) if self.unreadable_check.is_some() => PackageVerdict::Wait,
            (Some(1), _) => PackageVerdict::Succeeded,
            _ => PackageVerdict::Wait,
        }
    }

    /// The word of its status, for people.
    pub fn word(&self) -> String {
        if let Some(check) = self.unreadable_check.as_ref().filter(|_| self.status == Some(1)) {
            return format!("Checking ({check})");
        }
        match (self.status, self.checking) {
            (_, Some(7)) => "CheckFailed".into(),
            (Some(0 | 1), Some(8)) => "Checking".into(),
            (Some(0), _) => "Running".into(),
            (Some(1), _) => "Success".into(),
            (Some(2), _) => "Fail".into(),
            (Some(6), _) => "Rejected".into(),
            (Some(other), _) => other.to_string(),
            (None, _) => "(no status)".into(),
        }
    }

    /// Where its files went: `production`, or `development` for a package that a submit made.
    pub fn environment(&self) -> Option<&'static str> {
        match self.to_environment {
            Some(1) => Some("development"),
            Some(2) => Some("production"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_package_goes() {
        let goes_to = |to_environment| Package { to_environment, ..Package::default() }.environment();
        assert_eq!(
            [Some(1), Some(2), Some(3), None].map(goes_to),
            [Some("development"), Some("production"), None, None]
        );
    }

    #[test]
    fn what_cannot_be_read_never_counts_as_fine() {
        let item = |unreadable: &str| PackageItem { unreadable: Some(unreadable.into()), ..PackageItem::default() };
        let package = |item| Package { status: Some(1), items: vec![item], ..Package::default() };
        assert_eq!(package(item("Error")).verdict(), PackageVerdict::Failed);
        assert_eq!(item("[2]").word(), "[2]");
        let checked = Package { unreadable_check: Some("{}".into()), status: Some(1), ..Package::default() };
        assert_eq!((checked.verdict(), checked.word()), (PackageVerdict::Wait, "Checking ({})".into()));
    }

    #[test]
    fn over_every_status_check_and_item() {
        let some_or_none =
            [None, Some(0), Some(1), Some(2), Some(3), Some(4), Some(5), Some(6), Some(7), Some(8), Some(99)];
        for status in some_or_none {
            for checking in some_or_none {
                for item in some_or_none {
                    let items = vec![
                        PackageItem { status: Some(1), ..Default::default() },
                        PackageItem { status: item, ..Default::default() },
                    ];
                    let package = Package { status, checking, items, message: "Success".into(), ..Default::default() };
                    let bad_item = item.is_some_and(|item| [2, 4, 6].contains(&item));
                    match package.verdict() {
                        PackageVerdict::Succeeded => {
                            assert!(status == Some(1) && !matches!(checking, Some(7 | 8)) && !bad_item, "{package:?}");
                        }
                        PackageVerdict::Failed => {
                            let failed =
                                matches!(status, Some(2 | 6)) || checking == Some(7) || bad_item && status == Some(1);
                            assert!(failed, "{package:?}");
                        }
                        PackageVerdict::Wait => {
                            assert!(!matches!(status, Some(2 | 6)) && checking != Some(7), "{package:?}");
                        }
                    }
                }
            }
        }
    }
}
