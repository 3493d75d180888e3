//! The machine against its twin: the same commands, and after each the same events and the same
//! state, with every invariant audited.

use crate::scenario::Scenario;
use crate::stream::Stream;
use crate::twin::Exchange;
use openoutcry_machine::Machine;
use openoutcry_wire::{Unit, command, event};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One step of a stream: a command as it is, or the seed of one made when its turn comes.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Setup(Vec<Unit>),
    Random(u64),
}

/// Where the two parted: the number of commands before, those commands in words, and how.
#[derive(Debug)]
pub(crate) struct Parted {
    pub(crate) after: usize,
    pub(crate) commands: Vec<String>,
    pub(crate) how: String,
}

/// What was compared: how many commands, and how often each kind of event by its reason.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) commands: u64,
    pub(crate) events: BTreeMap<(u8, u16), u64>,
}

/// Plays `steps` on both.
///
/// # Errors
/// Where and how they differ first, a panic of either included.
pub(crate) fn play(
    scenario: &Scenario,
    steps: &[Step],
    said: &mut Said,
) -> Result<(), Box<Parted>> {
    let (mut machine, mut twin) = (Machine::new(), Exchange::new());
    let mut stream = Stream::new(scenario);
    let mut commands = Vec::new();
    for (after, step) in steps.iter().enumerate() {
        let command = match step {
            Step::Setup(command) => command.clone(),
            Step::Random(seed) => stream.command(*seed, &machine),
        };
        let both = AssertUnwindSafe(|| compare(&mut machine, &mut twin, &command, said));
        let how = catch_unwind(both).unwrap_or_else(|panic| Err(message(panic.as_ref())));
        commands.push(command);
        if let Err(how) = how {
            let commands = commands.iter().map(|command| in_words(command)).collect();
            return Err(Box::new(Parted { after, commands, how }));
        }
    }
    Ok(())
}

/// Applies one command to both and looks for a difference.
fn compare(
    machine: &mut Machine,
    twin: &mut Exchange,
    command: &[Unit],
    said: &mut Said,
) -> Result<(), String> {
    let mut events = Vec::new();
    machine.apply(machine.sequence() + 1, command, &mut events);
    let expected = twin.apply(machine.time(), command);
    if events != expected {
        return Err(side_by_side(&events, &expected));
    }
    said.commands += 1;
    for event in event::walk(&events) {
        *said.events.entry((event.header().kind, event.header().reason)).or_default() += 1;
    }
    machine.audit()?;
    twin.same_state(machine)
}

fn side_by_side(machine: &[Unit], twin: &[Unit]) -> String {
    let lines = |units: &[Unit]| -> Vec<String> {
        event::walk(units).map(|event| shorter(&format!("{event:?}"))).collect()
    };
    let (machine, twin) = (lines(machine), lines(twin));
    let mut text = String::from("events differ\n");
    for place in 0..machine.len().max(twin.len()) {
        let of = |lines: &[String]| lines.get(place).cloned().unwrap_or_else(|| "nothing".into());
        let (ours, theirs) = (of(&machine), of(&twin));
        if ours == theirs {
            writeln!(text, "  both    {ours}").unwrap();
        } else {
            writeln!(text, "  machine {ours}\n  twin    {theirs}").unwrap();
        }
    }
    text
}

fn in_words(units: &[Unit]) -> String {
    match command::next(units) {
        Ok(Some((command, _))) => shorter(&format!("{command:?}")),
        other => format!("{other:?}"),
    }
}

/// A record in words without what is there for layout alone.
fn shorter(record: &str) -> String {
    let mut parts = record.split(", reserved");
    let mut text = parts.next().unwrap_or_default().replace("header: Header ", "");
    for part in parts {
        text += part.split_once(['[', ':']).map_or("", |(_, rest)| match rest.find(']') {
            Some(end) => &rest[end + 1..],
            None => rest.trim_start_matches([' ', '0']),
        });
    }
    text
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
    format!("panic: {}", text.unwrap_or_default())
}

/// The stream of a seed.
pub(crate) fn steps(scenario: &Scenario, seed: u64) -> Vec<Step> {
    let mut dice = crate::dice::Dice::new(seed ^ 0x5eed);
    let setup = scenario.setup.iter().cloned().map(Step::Setup);
    setup.chain((0..scenario.length).map(|_| Step::Random(dice.roll()))).collect()
}

/// The fewest of `steps` that still part the two, found by leaving out ever smaller runs.
pub(crate) fn minimise(scenario: &Scenario, steps: &[Step], parted: Parted) -> Parted {
    let mut steps = steps[..=parted.after].to_vec();
    let mut parted = parted;
    let mut run = steps.len() / 2;
    while run > 0 {
        let mut start = 0;
        while start < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(start..(start + run).min(steps.len()));
            match play(scenario, &fewer, &mut Said::default()) {
                Err(shorter) => {
                    fewer.truncate(shorter.after + 1);
                    (steps, parted) = (fewer, *shorter);
                }
                Ok(()) => start += run,
            }
        }
        run /= 2;
    }
    parted
}
