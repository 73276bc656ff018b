//! How a batch is cut into jobs for threads.
//!
//! The cut depends on sizes only, never on the number of threads, and within a job the order of
//! all sums is fixed: that is why results have the same bits on any number of threads.

/// Some rows of one picture of the batch, or of its tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strip {
    pub picture: usize,
    pub first: usize,
    pub count: usize,
}

/// A batch of pictures cut into jobs: several whole pictures each where they are small, a part of
/// one picture each where they are large.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jobs {
    batch: usize,
    rows: usize,
    pictures_a_job: usize,
    rows_a_job: usize,
}

impl Jobs {
    /// Jobs of about `target` units of a batch whose pictures have `rows` rows of `units` each;
    /// at least `least` rows to a job (the last of a picture may have fewer).
    pub(crate) fn new(
        batch: usize,
        rows: usize,
        units: usize,
        target: usize,
        least: usize,
    ) -> Self {
        let picture = rows * units;
        if picture <= target {
            // Not more than leaves a few jobs for the threads.
            let most = batch.div_ceil(8).max(1);
            let pictures_a_job = (target / picture.max(1)).clamp(1, most);
            return Self {
                batch,
                rows,
                pictures_a_job,
                rows_a_job: rows,
            };
        }
        let parts = rows.div_ceil((target / units).max(least).max(1));
        Self {
            batch,
            rows,
            pictures_a_job: 1,
            rows_a_job: rows.div_ceil(parts).max(least),
        }
    }

    /// Jobs of at most `most` rows of one picture each.
    pub(crate) fn of_one_picture(batch: usize, rows: usize, most: usize) -> Self {
        let parts = rows.div_ceil(most.max(1));
        Self {
            batch,
            rows,
            pictures_a_job: 1,
            rows_a_job: rows.div_ceil(parts.max(1)),
        }
    }

    fn parts(&self) -> usize {
        self.rows.div_ceil(self.rows_a_job)
    }

    /// The number of jobs.
    pub(crate) fn count(&self) -> usize {
        self.batch.div_ceil(self.pictures_a_job) * self.parts()
    }

    /// The most strips that a job has.
    pub(crate) fn strips_a_job(&self) -> usize {
        self.pictures_a_job
    }

    /// The most rows that a strip has.
    pub(crate) fn rows_a_strip(&self) -> usize {
        self.rows_a_job
    }

    /// The strips of a job.
    pub(crate) fn strips(&self, job: usize) -> impl Iterator<Item = Strip> + use<> {
        let parts = self.parts();
        let first_picture = job / parts * self.pictures_a_job;
        let pictures = first_picture..(first_picture + self.pictures_a_job).min(self.batch);
        let this = *self;
        pictures.map(move |picture| this.strip(picture, job % parts))
    }

    /// The strips of a picture, from top to bottom.
    pub(crate) fn strips_of(&self, picture: usize) -> impl Iterator<Item = Strip> + use<> {
        let this = *self;
        (0..self.parts()).map(move |part| this.strip(picture, part))
    }

    fn strip(&self, picture: usize, part: usize) -> Strip {
        let first = part * self.rows_a_job;
        Strip {
            picture,
            first,
            count: self.rows_a_job.min(self.rows - first),
        }
    }

    /// The number of places where one strip of a picture ends and the next begins.
    pub(crate) fn seams(&self) -> usize {
        self.batch * (self.parts() - 1)
    }

    /// The seam below a strip that is not the last of its picture.
    pub(crate) fn seam_below(&self, strip: Strip) -> usize {
        strip.picture * (self.parts() - 1) + strip.first / self.rows_a_job
    }
}

#[cfg(test)]
mod tests;
