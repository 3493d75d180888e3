//! The real disk: directories, locks, permissions.

mod faulty;

use faulty::history::{VENUE, append, read};
use openoutcry_journal::{Disk, Journal, JournalError, Sizes};
use std::fs;
use std::os::unix::fs::FileExt;

const SIZES: Sizes =
    Sizes { segment: 1 << 16, chunk: 1 << 14, ahead: 4096, read: 1 << 12, snapshot: 1 << 40 };

fn segments(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(directory.join("journal")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn a_journal_lives_in_files_named_by_sequence() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("made/on/demand");
    let mut journal = Journal::create(Disk::lock(&data).unwrap(), SIZES, VENUE).unwrap();
    let told: Vec<_> = (0..40).map(|_| append(&mut journal, 30).unwrap()).collect();
    journal.close().unwrap();
    let files = segments(&data);
    assert!(files.len() > 1);
    assert!(files[0].ends_with("00000000000000000001.log"));
    let (read, tail) = read(&Disk::read_only(&data), SIZES).unwrap();
    assert_eq!(read, told);
    let sizes: u64 = files.iter().map(|file| fs::metadata(file).unwrap().len()).sum();
    assert_eq!(tail.unwrap().bytes, sizes);
}

#[test]
fn a_directory_is_one_process_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    assert!(!Disk::is_held(directory.path()));
    let held = Disk::lock(directory.path()).unwrap();
    assert!(Disk::is_held(directory.path()));
    let error = Disk::lock(directory.path()).unwrap_err();
    let (path, process) = (directory.path().display(), std::process::id());
    let expected = format!("data directory {path} is in use by process {process}");
    assert_eq!(error.to_string(), expected);
    drop(held);
    Disk::lock(directory.path()).unwrap();
}

#[test]
fn a_torn_tail_is_cut_off_on_disk() {
    let directory = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(Disk::lock(directory.path()).unwrap(), SIZES, VENUE).unwrap();
    let told = append(&mut journal, 4).unwrap();
    let end = journal.bytes();
    drop(journal);
    let file = fs::OpenOptions::new().write(true).open(&segments(directory.path())[0]).unwrap();
    file.write_all_at(b"half a frame", end).unwrap();
    let disk = Disk::lock(directory.path()).unwrap();
    let (_, tail) = read(&disk, SIZES).unwrap();
    let tail = tail.unwrap();
    assert_eq!(tail.torn.as_ref().unwrap().bytes, 12);
    let mut journal = Journal::resume(disk, SIZES, &tail).unwrap();
    let next = append(&mut journal, 1).unwrap();
    drop(journal);
    let (read, tail) = read(&Disk::read_only(directory.path()), SIZES).unwrap();
    assert_eq!(read, [told, next]);
    assert_eq!(tail.unwrap().torn, None);
}

#[test]
fn a_path_that_cannot_be_a_directory_is_one_clear_line() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Disk::lock(&file).unwrap_err();
    assert!(matches!(error, JournalError::Io { .. }));
    let error = error.to_string();
    assert!(error.starts_with(&format!("cannot use data directory {}", file.display())), "{error}");
    assert!(!error.contains('\n'));
}
