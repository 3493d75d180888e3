use openoutcry_sim::{COMMANDS, Faults};

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// One run alone.
    pub(crate) seed: Option<u64>,
    pub(crate) seeds: u64,
    /// The first of many seeds.
    pub(crate) first: u64,
    pub(crate) commands: u32,
    /// Instead of those that the seed has.
    pub(crate) faults: Option<Faults>,
    pub(crate) trace: bool,
    /// Whether each planted bug should be looked for.
    #[cfg(feature = "planted")]
    pub(crate) planted: bool,
}

impl Arguments {
    /// Reads `--name value` pairs; an empty value leaves the default.
    pub(crate) fn read(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut read = Self {
            seed: None,
            seeds: 100,
            first: 1,
            commands: COMMANDS,
            faults: None,
            trace: false,
            #[cfg(feature = "planted")]
            planted: false,
        };
        let mut words = words;
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| format!("{name} needs a value"))?;
            if !value.is_empty() {
                read.set(&name, &value).map_err(|why| format!("{name} {value}: {why}"))?;
            }
        }
        Ok(read)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let number = || value.parse::<u64>().map_err(|_| "not a number".to_owned());
        match name {
            "--seed" => self.seed = Some(number()?),
            "--seeds" => self.seeds = number()?,
            "--first" => self.first = number()?,
            "--commands" => {
                let most = |_| "more than a run may have".to_owned();
                self.commands = u32::try_from(number()?).map_err(most)?.max(1);
            }
            "--faults" => {
                let unknown = |name| format!("there is no fault {name}");
                self.faults = Some(Faults::parse(value).map_err(unknown)?);
            }
            "--trace" => self.trace = value == "1",
            #[cfg(feature = "planted")]
            "--planted" => self.planted = value == "1",
            _ => return Err("there is no such option".to_owned()),
        }
        Ok(())
    }
}
