//! Exactly once: sessions number their commands, and a repeated number gets its first answer.

use crate::output::Output;
use openoutcry_canonical::canonical;
use openoutcry_planted::{Bug, on};
use openoutcry_wire::{AccountId, Event, Reason, command, event};
use std::collections::{BTreeMap, VecDeque};

/// How many answers of a session can be given again.
const REMEMBERED: usize = 1_024;

/// The gist of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// The command's, as in every [`event::Repeated`].
    pub kind: u8,
    pub reason: u16,
    pub account: AccountId,
    pub made: u64,
}

canonical!(Answer { kind, reason, account, made });

/// One session: how far it came, and its latest answers.
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub last: u64,
    pub answers: VecDeque<Answer>,
}

canonical!(Session { last, answers });

/// All sessions that number their commands.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    all: BTreeMap<u32, Session>,
}

canonical!(Sessions { all });

impl Sessions {
    /// Whether the command is its session's next. If not it is answered here: a repeat with the
    /// first answer, anything else with a refusal.
    pub(crate) fn is_next(&self, header: &command::Header, out: &mut Output<'_>) -> bool {
        let session = self.all.get(&header.session);
        let last = session.map_or(0, |session| session.last);
        if header.session_sequence == last + 1 {
            return true;
        }
        let back =
            last.checked_sub(header.session_sequence).and_then(|back| usize::try_from(back).ok());
        let first = session.zip(back).and_then(|(s, back)| s.answers.iter().rev().nth(back));
        if let Some(first) = first {
            let repeated = event::Repeated {
                made: first.made,
                account: first.account,
                kind: first.kind,
                ..Default::default()
            };
            out.say(0, Reason::try_from(first.reason).unwrap_or(Reason::None), repeated);
        } else {
            let figures =
                (i64::try_from(header.session_sequence).unwrap_or(i64::MAX), last.cast_signed());
            out.refuse(header.kind, 0, 0, Reason::StaleSession, figures);
        }
        false
    }

    pub(crate) fn remember(&mut self, header: &command::Header, first: Event<'_>) {
        let session = self.all.entry(header.session).or_default();
        session.last = header.session_sequence;
        let reason = first.header().reason;
        let (account, made) = first.subject();
        if on(Bug::SessionForgotten) {
            return;
        }
        session.answers.push_back(Answer { kind: header.kind, reason, account, made });
        if session.answers.len() > REMEMBERED {
            session.answers.pop_front();
        }
    }
}
