//! Strips cover each row once, and each seam has a number of its own.

use super::{Jobs, Strip};

/// The strips of all jobs.
fn strips(jobs: &Jobs) -> Vec<Strip> {
    (0..jobs.count()).flat_map(|job| jobs.strips(job)).collect()
}

/// Checks the laws of any cut of `batch` pictures of `rows` rows.
fn check(jobs: &Jobs, batch: usize, rows: usize, what: &str) {
    let mut covered = vec![0; batch * rows];
    for strip in strips(jobs) {
        assert!((1..=jobs.rows_a_strip()).contains(&strip.count), "{what}");
        assert!(strip.first + strip.count <= rows, "{what}");
        for row in strip.first..strip.first + strip.count {
            covered[strip.picture * rows + row] += 1;
        }
    }
    assert!(covered.iter().all(|times| *times == 1), "{what}");
    for job in 0..jobs.count() {
        let strips = jobs.strips(job).count();
        assert!((1..=jobs.strips_a_job()).contains(&strips), "{what}");
    }

    let mut seams = vec![0; jobs.seams()];
    let mut of_pictures = Vec::new();
    for picture in 0..batch {
        let strips: Vec<Strip> = jobs.strips_of(picture).collect();
        for pair in strips.windows(2) {
            assert_eq!(pair[0].first + pair[0].count, pair[1].first, "{what}");
            seams[jobs.seam_below(pair[0])] += 1;
        }
        of_pictures.extend(strips);
    }
    assert!(seams.iter().all(|times| *times == 1), "{what}");
    let mut all = strips(jobs);
    all.sort_by_key(|strip| (strip.picture, strip.first));
    assert_eq!(all, of_pictures, "{what}");
}

#[test]
fn strips_cover_each_row_once_and_seams_have_their_own_numbers() {
    let (mut cut, mut joined) = (0, 0);
    for batch in [1, 2, 3, 8, 9, 40] {
        for rows in [1, 2, 3, 7, 8, 25, 100] {
            for (units, target) in [(1, 1), (1, 64), (13, 64), (100, 64), (7, 1000)] {
                for least in [1, 2, 3] {
                    let what = format!("{batch} {rows} {units} {target} {least}");
                    let jobs = Jobs::new(batch, rows, units, target, least);
                    check(&jobs, batch, rows, &what);
                    let short = |strip: &Strip| strip.first + strip.count < rows;
                    let mut inner = strips(&jobs).into_iter().filter(short);
                    assert!(inner.all(|strip| strip.count >= least), "{what}");
                    cut += usize::from(jobs.seams() > 0);
                    joined += usize::from(jobs.strips_a_job() > 1);
                }
            }
        }
    }
    assert!(cut > 50 && joined > 20, "both kinds occur: {cut}, {joined}");
}

#[test]
fn jobs_of_one_picture_cover_each_row_once() {
    for batch in [1, 3, 8] {
        for rows in 1..60 {
            for most in [0, 1, 2, 4, 7, 100] {
                let jobs = Jobs::of_one_picture(batch, rows, most);
                check(&jobs, batch, rows, &format!("{batch} {rows} {most}"));
                assert_eq!(jobs.strips_a_job(), 1);
                assert!(jobs.rows_a_strip() <= most.max(1));
            }
        }
    }
}

#[test]
fn a_cut_does_not_depend_on_the_number_of_threads() {
    let cut = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("threads");
        pool.install(|| strips(&Jobs::new(9, 25, 13, 64, 2)))
    };
    assert_eq!(cut(1), cut(4));
}
