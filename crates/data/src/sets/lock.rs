//! One process at a time brings a data set: the others wait and find it there.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use super::{DataSet, Event, FetchError};

/// Held while files of the set are written. The system lets go of it when the process ends,
/// however it ends, so that a lock is never left over.
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until no other process holds the lock of this set, and takes it.
    pub fn take(
        set: &DataSet,
        root: &Path,
        on_event: &mut dyn FnMut(Event<'_>),
    ) -> Result<Self, FetchError> {
        fs::create_dir_all(root).map_err(|source| FetchError::write(root, source))?;
        // Beside the folder of the set, and never removed: a process that removed it could take
        // it away from one that already waits for it.
        let path = root.join(format!(".{}.lock", set.name));
        let file = File::create(&path).map_err(|source| FetchError::write(&path, source))?;
        let failed = |source| FetchError::Lock {
            path: path.clone(),
            source,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                on_event(Event::Waiting { lock: &path });
                file.lock().map_err(failed)?;
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        Ok(Self { _file: file })
    }
}
