//! The last word on any argument.

use terrace_ir::{Any, ArgumentPath, Data, Object, Origin, Step};

/// A change at a path of a resource.
#[derive(Clone)]
pub enum Override {
    /// Puts a value there, in place of what stands there. A list is replaced, never added to.
    Replace(Any),
    /// Puts the entries of an object into the one that stands there.
    Merge(Object),
    /// Takes out what stands there.
    Remove,
}

impl Override {
    /// Puts a value there.
    pub fn replace(value: impl Into<Any>) -> Self {
        Self::Replace(value.into())
    }
}

/// Why an override could not be made.
pub(crate) enum Miss {
    /// The path is none.
    Path,
    /// Nothing stands at the path, or what stands there has no members.
    Nothing,
}

impl Override {
    pub(crate) fn apply(self, body: &mut Object, path: &str, origin: Origin) -> Result<(), Miss> {
        let path = ArgumentPath::parse(path).ok_or(Miss::Path)?;
        let [before @ .., Step::Name(first)] = path.steps() else {
            return self.apply_to_element(body, &path, origin);
        };
        let holder = match before {
            [] => body,
            _ => object_at(body, before).ok_or(Miss::Nothing)?,
        };
        match self {
            Self::Replace(value) => holder.set(first.clone(), value.or_at(origin)),
            Self::Remove => {
                holder.remove(first).ok_or(Miss::Nothing)?;
            }
            Self::Merge(entries) => match holder.get_mut(first) {
                None => holder.set(first.clone(), Any::from(entries).or_at(origin)),
                Some(target) => merge(object_in(target).ok_or(Miss::Nothing)?, entries, origin),
            },
        }
        Ok(())
    }

    /// The path ends in an index.
    fn apply_to_element(
        self,
        body: &mut Object,
        path: &ArgumentPath,
        origin: Origin,
    ) -> Result<(), Miss> {
        let [before @ .., Step::Index(index)] = path.steps() else {
            return Err(Miss::Path);
        };
        let list = value_at(body, before).ok_or(Miss::Nothing)?;
        match (&mut list.data, self) {
            (Data::List(items), Self::Remove) if *index < items.len() => {
                items.remove(*index);
            }
            (Data::List(items), change) => {
                let item = items.get_mut(*index).ok_or(Miss::Nothing)?;
                change.apply_to_value(item, origin)?;
            }
            // One nested block may be written without a list.
            (Data::Object(_), change) if *index == 0 => change.apply_to_value(list, origin)?,
            _ => return Err(Miss::Nothing),
        }
        Ok(())
    }

    fn apply_to_value(self, target: &mut Any, origin: Origin) -> Result<(), Miss> {
        match self {
            Self::Replace(value) => *target = value.or_at(origin),
            Self::Merge(entries) => {
                merge(object_in(target).ok_or(Miss::Nothing)?, entries, origin);
            }
            // An empty list of blocks means none.
            Self::Remove => target.data = Data::List(Vec::new()),
        }
        Ok(())
    }
}

fn merge(into: &mut Object, entries: Object, origin: Origin) {
    for entry in entries {
        match entry.key.as_text() {
            Some(key) => into.set(key.to_owned(), entry.value.or_at(origin)),
            None => into.push(entry),
        }
    }
}

fn value_at<'a>(body: &'a mut Object, steps: &[Step]) -> Option<&'a mut Any> {
    let [Step::Name(first), rest @ ..] = steps else {
        return None;
    };
    rest.iter()
        .try_fold(body.get_mut(first)?, |value, step| match step {
            Step::Name(name) => object_in(value)?.get_mut(name),
            Step::Index(index) if *index == 0 && matches!(value.data, Data::Object(_)) => {
                Some(value)
            }
            Step::Index(index) => match &mut value.data {
                Data::List(items) => items.get_mut(*index),
                _ => None,
            },
        })
}

fn object_at<'a>(body: &'a mut Object, steps: &[Step]) -> Option<&'a mut Object> {
    object_in(value_at(body, steps)?)
}

/// The object that a value is, also as the only element of a list.
fn object_in(value: &mut Any) -> Option<&mut Object> {
    match &mut value.data {
        Data::Object(object) => Some(object),
        Data::List(items) => match items.as_mut_slice() {
            [one] => object_in(one),
            _ => None,
        },
        _ => None,
    }
}
