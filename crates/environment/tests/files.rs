//! Finding the folder, and files that are not what they should be.

mod common;

use std::fs;
use std::path::Path;

use common::{DEV, Scratch};
use pretty_assertions::assert_eq;
use terrace_environment::{Derived, Folder, find};

#[test]
fn the_folder_is_found_from_below() {
    let scratch = Scratch::new(&[]);
    let below = scratch.path().join("a/b");
    // A folder of that name without `terrace.toml` is not it.
    fs::create_dir_all(below.join("stacks")).unwrap();
    let folder = find(&below, None).unwrap();
    assert_eq!(folder.name(), "../../stacks");
    assert_eq!(folder.path(), scratch.path().join("stacks"));
    assert_eq!(find(scratch.path(), None).unwrap().name(), "stacks");
}

#[test]
fn a_folder_that_is_not_found_says_where_was_looked() {
    let scratch = tempfile::tempdir().unwrap();
    fs::create_dir(scratch.path().join("stacks")).unwrap();
    let error = find(scratch.path(), None).unwrap_err();
    assert_eq!(error.code.id, "T0501");
    let first = format!(
        "looked in:\n  {}/stacks (holds no `terrace.toml`)\n",
        scratch.path().display()
    );
    assert!(error.detail.starts_with(&first), "{}", error.detail);
    assert!(error.detail.ends_with("\n  /stacks"), "{}", error.detail);
}

#[test]
fn an_explicit_folder_is_taken_or_refused() {
    let scratch = Scratch::new(&[]);
    let stacks = scratch.path().join("stacks");
    assert_eq!(find(Path::new("/"), Some(&stacks)).unwrap().path(), stacks);
    let summary = |path: &Path| {
        let error = find(scratch.path(), Some(path)).unwrap_err();
        error
            .summary
            .replace(&*scratch.path().to_string_lossy(), "")
    };
    assert_eq!(summary(scratch.path()), "`` holds no `terrace.toml`");
    assert_eq!(
        summary(&scratch.path().join("none/")),
        "`/none` does not exist"
    );
    assert_eq!(
        summary(&stacks.join("terrace.toml")),
        "`/stacks/terrace.toml` is not a folder"
    );
}

#[test]
fn the_environments_are_the_toml_files_beside_the_shared_one() {
    let scratch = Scratch::new(&[
        ("b.toml", ""),
        ("a.toml", ""),
        ("x.txt", ""),
        (".c.toml", ""),
    ]);
    let folder = find(scratch.path(), None).unwrap();
    assert_eq!(folder.environments().unwrap(), ["a".into(), "b".into()]);
    let error = Folder::new(scratch.path().join("none")).environments();
    assert!(error.unwrap_err().summary.ends_with("it does not exist"));
}

#[test]
fn an_environment_that_is_not_there_gives_the_nearest() {
    let scratch = Scratch::new(&[("dev.toml", DEV), ("prod.toml", "")]);
    let run = scratch.load(&["prd", "dev", "dev", "dev.toml"]);
    assert_eq!(
        run.findings(),
        [
            "T0502: there is no environment `dev.toml` | did you mean `dev`? | there is `dev` or `prod`",
            "T0502: there is no environment `prd` | did you mean `prod`? | there is `dev` or `prod`",
        ]
    );
    assert_eq!(run.names(), ["dev"]);
    assert_eq!(
        Scratch::new(&[]).load(&["dev"]).findings(),
        ["T0502: there is no environment `dev` | `stacks` holds no environments"]
    );
}

#[test]
fn the_environments_come_in_the_order_in_which_they_were_asked_for() {
    let scratch = Scratch::new(&[("a.toml", DEV), ("b.toml", DEV)]);
    assert_eq!(scratch.load(&["b", "a"]).names(), ["b", "a"]);
    assert_eq!(scratch.load(&[]).names(), ["a", "b"]);
}

#[test]
fn an_empty_file_lacks_what_is_required() {
    let run = Scratch::new(&[("dev.toml", "")]).load(&[]);
    assert_eq!(
        run.findings(),
        [
            "[dev] stacks/dev.toml:1:1 location T0509: the key `location` is required | The Azure region of everything.",
            "[dev] stacks/dev.toml:1:1 owner T0509: the key `owner` is required | set `owner` in this file: it is never inherited | Who answers for it.",
            "[dev] stacks/dev.toml:1:1 stage T0509: the key `stage` is required",
            "[dev] stacks/dev.toml:1:1 storage T0509: the key `storage` is required",
        ]
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let scratch = Scratch::new(&[]);
    scratch.write("latin.toml", b"# fine\nowner = \"Andr\xe9\"\n");
    fs::create_dir(scratch.path().join("stacks/folder.toml")).unwrap();
    let run = scratch.load(&[]);
    assert_eq!(
        run.findings(),
        [
            "[folder] T0503: cannot read `stacks/folder.toml`: it is a folder",
            "[latin] stacks/latin.toml:2:14 T0503: cannot read `stacks/latin.toml`: it is not UTF-8",
        ]
    );
    fs::remove_file(scratch.path().join("stacks/terrace.toml")).unwrap();
    fs::remove_file(scratch.path().join("stacks/latin.toml")).unwrap();
    let folder = Folder::new(scratch.path().join("stacks"));
    let mut sources = terrace_ir::SourceMap::new();
    let derived = Derived::<common::Shared, common::Settings>::new();
    let loaded =
        terrace_environment::load(&derived, &folder, &["none".to_owned()], &[], &mut sources);
    let missing = "terrace.toml`: it does not exist";
    assert!(
        loaded
            .diagnostics
            .iter()
            .any(|it| it.summary.ends_with(missing))
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_file() {
    let run = Scratch::new(&[("dev.toml", &format!("\u{feff}{DEV}"))]).load(&[]);
    assert_eq!(
        run.place(&run.environment("dev").settings.location),
        "stacks/dev.toml:2:12"
    );
}

#[test]
fn syntax_errors_stand_at_their_places() {
    let run = Scratch::new(&[(
        "dev.toml",
        "a = 1\na = 2\nb = west\n[c]\n[c]\n[d.e]\nx = [1 2]\n[d]\ne = 2\n",
    )])
    .load(&[]);
    assert_eq!(
        run.findings(),
        [
            "[dev] stacks/dev.toml:2:1 T0504: `a` is said twice",
            "[dev] stacks/dev.toml:3:5 T0504: `west` is no value: text stands in quotes",
            "[dev] stacks/dev.toml:5:2 T0504: `c` is said twice",
            "[dev] stacks/dev.toml:7:6 T0504: `1 2` is no value: text stands in quotes",
            "[dev] stacks/dev.toml:9:1 T0504: `e` is said twice",
        ]
    );
}

#[test]
fn the_deepest_nesting_that_toml_allows_is_read() {
    let lists = format!("{}1{}", "[".repeat(79), "]".repeat(79));
    let keys = "a.".repeat(78);
    let text = format!("{DEV}[extra]\n{keys}a = {lists}\n[extra.{keys}b]\n{keys}a = {lists}\n");
    let run = Scratch::new(&[
        ("dev.toml", &text),
        ("prod.toml", "inherits = 'dev'\nowner = 'a'"),
    ])
    .load(&[]);
    assert_eq!(run.names(), ["dev", "prod"]);
    let deep = format!("a = {}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(
        Scratch::new(&[("dev.toml", &deep)]).load(&[]).findings(),
        ["[dev] stacks/dev.toml:1:85 T0504: more than 80 levels deep"]
    );
}

#[test]
fn a_folder_without_environments_is_an_error() {
    let run = Scratch::new(&[]).load(&[]);
    assert_eq!(
        run.findings(),
        ["T0518: the folder `stacks` holds no environment | write one: `stacks/dev.toml`"]
    );
}

#[test]
fn a_file_that_is_called_like_no_environment_fails_alone() {
    let long = "x".repeat(41);
    let run = Scratch::new(&[
        ("dev.toml", DEV),
        ("Prod.toml", DEV),
        ("a.b.toml", DEV),
        (&format!("{long}.toml"), DEV),
    ])
    .load(&[]);
    assert_eq!(run.loaded.environments.len(), 1);
    assert_eq!(
        run.findings(),
        [
            "[Prod] T0519: `stacks/Prod.toml` cannot be an environment: its name is not lower-case letters, digits, `-` and `_` | rename the file",
            "[a.b] T0519: `stacks/a.b.toml` cannot be an environment: its name is not lower-case letters, digits, `-` and `_` | rename the file",
            &format!(
                "[{long}] T0519: `stacks/{long}.toml` cannot be an environment: its name has more than 40 characters | rename the file"
            ),
        ]
    );
}
