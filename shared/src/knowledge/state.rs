//! Who may read, and what may become of a version: the rules that need no database.

choices! {
    /// Who may read a category, from a few to everybody: whoever does not say,
    /// has opened it to nobody yet.
    pub enum Audience {
        Teams = "teams",
        Staff = "staff",
        Customers = "customers",
        Public = "public",
    }
}

choices! {
    /// Where a version stands on its way to the readers.
    pub enum VersionState {
        Draft = "draft",
        InReview = "in_review",
        ChangesRequested = "changes_requested",
        Approved = "approved",
        Scheduled = "scheduled",
        Published = "published",
        Archived = "archived",
    }
}

impl Audience {
    /// Whether a category for this audience may stand in one for `parent`:
    /// down the tree readers only become fewer.
    pub fn fits_in(self, parent: Self) -> bool {
        self <= parent
    }
}

impl VersionState {
    /// Whether the words may still change.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::ChangesRequested)
    }

    pub fn may_become(self, next: Self) -> bool {
        use VersionState::*;
        match self {
            Draft | ChangesRequested => matches!(next, InReview | Archived),
            InReview => matches!(next, Approved | ChangesRequested | Archived),
            Approved => matches!(next, Scheduled | Published | ChangesRequested | Archived),
            // A new date is a new decision; back to approved takes the date away.
            Scheduled => matches!(next, Scheduled | Approved | Published | Archived),
            Published => next == Archived,
            Archived => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::VersionState::*;
    use super::*;

    #[test]
    fn a_version_goes_from_draft_through_review_to_its_readers() {
        let way = [Draft, InReview, ChangesRequested, InReview, Approved, Scheduled, Published, Archived];
        assert!(way.windows(2).all(|step| step[0].may_become(step[1])));
    }

    #[test]
    fn nothing_unreviewed_is_published_and_nothing_archived_comes_back() {
        for state in [Draft, InReview, ChangesRequested, Archived] {
            assert!(!state.may_become(Published) && !state.may_become(Scheduled), "{state}");
        }
        assert!(VersionState::ALL.iter().all(|next| !Archived.may_become(*next)));
        assert!(VersionState::ALL.iter().all(|next| !next.may_become(Draft)), "a restored text is a new version");
    }

    #[test]
    fn an_audience_only_narrows() {
        assert!(Audience::Staff.fits_in(Audience::Public) && Audience::Teams.fits_in(Audience::Staff));
        assert!(Audience::Staff.fits_in(Audience::Staff));
        assert!(!Audience::Public.fits_in(Audience::Customers) && !Audience::Staff.fits_in(Audience::Teams));
    }
}
