//! How a batch is cut into jobs for threads.
//!
//! The cut depends on sizes only, never on the number of threads, and within a job the order of
//! all sums is fixed: that is why results have the same bits on any number of threads.

use std::cell::LazyCell;

use rayon::prelude::*;

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
    pictures_per_job: usize,
    rows_per_job: usize,
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
            let pictures_per_job = (target / picture.max(1)).clamp(1, most);
            return Self {
                batch,
                rows,
                pictures_per_job,
                rows_per_job: rows,
            };
        }
        let cut = Self::of_one_picture(batch, rows, (target / units).max(least));
        Self {
            rows_per_job: cut.rows_per_job.max(least),
            ..cut
        }
    }

    /// Jobs of at most `most` rows of one picture each.
    pub(crate) fn of_one_picture(batch: usize, rows: usize, most: usize) -> Self {
        let parts = rows.div_ceil(most.max(1));
        Self {
            batch,
            rows,
            pictures_per_job: 1,
            rows_per_job: rows.div_ceil(parts.max(1)),
        }
    }

    fn parts(&self) -> usize {
        self.rows.div_ceil(self.rows_per_job)
    }

    /// The number of jobs.
    pub(crate) fn count(&self) -> usize {
        self.batch.div_ceil(self.pictures_per_job) * self.parts()
    }

    /// The most strips that a job has.
    pub(crate) fn strips_per_job(&self) -> usize {
        self.pictures_per_job
    }

    /// The most rows that a strip has.
    pub(crate) fn rows_per_strip(&self) -> usize {
        self.rows_per_job
    }

    /// The strips of a job.
    pub(crate) fn strips(&self, job: usize) -> impl Iterator<Item = Strip> + use<> {
        let parts = self.parts();
        let first_picture = job / parts * self.pictures_per_job;
        let pictures = first_picture..(first_picture + self.pictures_per_job).min(self.batch);
        let this = *self;
        pictures.map(move |picture| this.strip(picture, job % parts))
    }

    /// The rows of all strips of a job.
    pub(crate) fn rows_of(&self, job: usize) -> usize {
        self.strips(job).map(|strip| strip.count).sum()
    }

    /// The strips of a picture, from top to bottom.
    pub(crate) fn strips_of(&self, picture: usize) -> impl Iterator<Item = Strip> + use<> {
        let this = *self;
        (0..self.parts()).map(move |part| this.strip(picture, part))
    }

    fn strip(&self, picture: usize, part: usize) -> Strip {
        let first = part * self.rows_per_job;
        Strip {
            picture,
            first,
            count: self.rows_per_job.min(self.rows - first),
        }
    }

    /// The number of borders between two strips of a picture.
    pub(crate) fn borders(&self) -> usize {
        self.batch * (self.parts() - 1)
    }

    /// The number of the border below a strip that is not the last of its picture.
    pub(crate) fn border_below(&self, strip: Strip) -> usize {
        strip.picture * (self.parts() - 1) + strip.first / self.rows_per_job
    }
}

/// Works on jobs side by side, with working memory that each thread makes at its first one.
pub(crate) fn in_parallel<J: Send, B, R: Send>(
    jobs: impl Iterator<Item = J> + Send,
    buffers: impl Fn() -> B + Copy + Sync + Send,
    work: impl Fn(&mut B, J) -> R + Sync + Send,
) -> impl ParallelIterator<Item = R> {
    jobs.par_bridge().map_init(
        move || LazyCell::new(buffers),
        move |buffers, job| work(buffers, job),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the laws of any cut of `batch` pictures of `rows` rows: strips cover each row once,
    /// those of a picture follow each other, and borders between them have their own numbers.
    fn check(jobs: &Jobs, batch: usize, rows: usize, least: usize, what: &str) {
        let mut strips = Vec::new();
        for job in 0..jobs.count() {
            let before = strips.len();
            strips.extend(jobs.strips(job));
            assert!(
                (1..=jobs.strips_per_job()).contains(&(strips.len() - before)),
                "{what}"
            );
        }
        strips.sort_by_key(|strip| (strip.picture, strip.first));
        let pictures = (0..batch).flat_map(|picture| jobs.strips_of(picture));
        assert!(strips.iter().copied().eq(pictures), "{what}");
        let mut borders = vec![0; jobs.borders()];
        let mut next = (0, 0);
        for strip in strips {
            assert_eq!((strip.picture, strip.first), next, "{what}");
            assert!((1..=jobs.rows_per_strip()).contains(&strip.count), "{what}");
            next.1 += strip.count;
            if next.1 == rows {
                next = (next.0 + 1, 0);
            } else {
                assert!(strip.count >= least, "{what}");
                borders[jobs.border_below(strip)] += 1;
            }
        }
        assert_eq!(next, (batch, 0), "{what}");
        assert!(borders.iter().all(|times| *times == 1), "{what}");
    }

    #[test]
    fn strips_cover_each_row_once_and_borders_have_their_own_numbers() {
        let (mut cut, mut joined) = (0, 0);
        for batch in [1, 2, 3, 8, 9, 40] {
            for rows in [1, 2, 3, 7, 8, 25, 100] {
                for (units, target) in [(1, 1), (1, 64), (13, 64), (100, 64), (7, 1000)] {
                    for least in [1, 2, 3] {
                        let what = format!("{batch} {rows} {units} {target} {least}");
                        let jobs = Jobs::new(batch, rows, units, target, least);
                        check(&jobs, batch, rows, least, &what);
                        cut += usize::from(jobs.borders() > 0);
                        joined += usize::from(jobs.strips_per_job() > 1);
                    }
                }
                for most in [0, 1, 2, 4, 7, 100] {
                    let jobs = Jobs::of_one_picture(batch, rows, most);
                    check(&jobs, batch, rows, 1, &format!("{batch} {rows} {most}"));
                    assert_eq!(jobs.strips_per_job(), 1);
                    assert!(jobs.rows_per_strip() <= most.max(1));
                }
            }
        }
        assert!(cut > 50 && joined > 20, "both kinds occur: {cut}, {joined}");
    }
}
