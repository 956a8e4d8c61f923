//! What agents ask for: of twenty requests twelve read a list or a thread,
//! three search, three say something and two change a field.

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    List,
    Thread,
    Search,
    Reply,
    Note,
    Update,
}

/// One round, mixed: neighbours differ, and what writes is spread out.
const ROUND: [Kind; 20] = {
    use Kind::{List, Note, Reply, Search, Thread, Update};
    [
        List, Thread, Search, Thread, Reply, List, Thread, Update, List, Thread, Search, List, Note, Thread, List,
        Update, Search, Thread, Reply, List,
    ]
};

/// What the `turn`-th request of all agents together is; `agent` shifts the
/// round, so that not all of them write at once.
pub fn kind(agent: usize, turn: usize) -> Kind {
    ROUND[(agent * 7 + turn) % ROUND.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(of: &[Kind]) -> usize {
        (0..100).map(|turn| kind(3, turn)).filter(|kind| of.contains(kind)).count()
    }

    #[test]
    fn the_mix_is_that_of_the_bar() {
        assert_eq!(share(&[Kind::List, Kind::Thread]), 60);
        assert_eq!(share(&[Kind::Search]), 15);
        assert_eq!(share(&[Kind::Reply, Kind::Note]), 15);
        assert_eq!(share(&[Kind::Update]), 10);
        assert_eq!(share(&[Kind::List]), share(&[Kind::Thread]));
    }

    #[test]
    fn agents_do_not_do_the_same_at_once() {
        let writes = |agent| matches!(kind(agent, 0), Kind::Reply | Kind::Note | Kind::Update);
        assert_eq!((0..100).filter(|agent| writes(*agent)).count(), 25);
    }
}
