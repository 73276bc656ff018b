//! Windows of pictures and parts of results against one number after the other.
#![allow(unsafe_code)] // the contract of the parallel writes

use super::{Planes, TAME, ToPlanes, Window, tame};
use crate::output::Output;
use crate::simd::tests::with_all;
use crate::simd::{LANES, Simd, Task, whole_vectors};

const SIZES: [(usize, usize, usize); 5] =
    [(1, 5, 7), (3, 4, 18), (16, 3, 16), (19, 2, 33), (35, 6, 1)];

/// Numbers that are all different, every third negative.
fn numbered(count: usize) -> Vec<f32> {
    let sign = |i: usize| if i.is_multiple_of(3) { -1.0 } else { 1.0 };
    let number = |i: usize| sign(i) * (i + 1) as f32;
    (0..count).map(number).collect()
}

#[derive(Clone, Copy)]
struct Windows;

impl Task for Windows {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for (channels, height, width) in SIZES {
            for stride in [channels, whole_vectors(channels)] {
                for (first_row, rows) in [(0, height), (-2, height + 3), (1, 9), (-5, 3), (9, 2)] {
                    for first_column in [0, -3, 2] {
                        let window = Window {
                            first_row,
                            rows,
                            first_column,
                            columns: width + 1,
                        };
                        window_is_right(simd, (channels, height, width), window, stride);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn window_is_right<S: Simd>(
    simd: S,
    (channels, height, width): (usize, usize, usize),
    window: Window,
    stride: usize,
) {
    let numbers = numbered(2 * channels * height * width);
    let sign: Vec<f32> = numbers.iter().map(|number| number % 5.0 - 1.0).collect();
    for sign in [None, Some(sign.as_slice())] {
        let planes = Planes {
            numbers: &numbers,
            channels,
            height,
            width,
            sign,
        };
        let len = window.rows * window.columns * stride;
        let mut rows = vec![f32::NAN; len + 5];
        let largest = planes.to_rows(simd, 1, window, &mut rows, stride, simd.zero());
        let mut expected_largest = 0.0_f32;
        for (at, found) in rows[..len].iter().enumerate() {
            let (pixel, channel) = (at / stride, at % stride);
            let row = window.first_row + (pixel / window.columns) as isize;
            let column = window.first_column + (pixel % window.columns) as isize;
            let inside = (0..height as isize).contains(&row)
                && (0..width as isize).contains(&column)
                && channel < channels;
            let expected = if inside {
                let plane = (channels + channel) * height;
                let place = (plane + row as usize) * width + column as usize;
                let kept = sign.is_none_or(|sign| sign[place] > 0.0);
                if kept { numbers[place] } else { 0.0 }
            } else {
                0.0
            };
            assert_eq!(*found, expected, "{at} of {channels} x {height} x {width}");
            expected_largest = expected_largest.max(expected.abs());
        }
        assert!(rows[len..].iter().all(|number| number.is_nan()));
        let mut lanes = [0.0; LANES];
        simd.store(&mut lanes, largest);
        assert_eq!(lanes.into_iter().fold(0.0, f32::max), expected_largest);
    }
}

#[test]
fn a_window_has_the_pixels_of_the_picture_and_zeros_around_it() {
    with_all(Windows);
}

#[derive(Clone, Copy)]
struct Writes;

impl Task for Writes {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for (channels, height, width) in SIZES {
            let (plane, stride) = (height * width, whole_vectors(channels));
            let pixels = numbered(2 * plane * stride);
            let bias = numbered(stride);
            for (bias, relu) in [(&[][..], false), (&bias, false), (&bias, true)] {
                let output = Output::new(2 * channels * plane);
                let to = ToPlanes {
                    output: &output,
                    channels,
                    plane,
                    bias,
                    relu,
                };
                let middle = plane / 2 + 1;
                for picture in 0..2 {
                    let pixels = &pixels[picture * plane * stride..];
                    let rest = &pixels[middle.min(plane) * stride..];
                    // Safety: each pixel once.
                    unsafe {
                        to.write(simd, picture, 0, middle.min(plane), pixels, stride);
                        let count = plane.saturating_sub(middle);
                        to.write(simd, picture, middle, count, rest, stride);
                    }
                }
                for (at, found) in output.finish().into_iter().enumerate() {
                    let (picture, channel) = (at / plane / channels, at / plane % channels);
                    let pixel = pixels[(picture * plane + at % plane) * stride + channel];
                    let sum = pixel + bias.get(channel).unwrap_or(&0.0);
                    let expected = if relu { sum.max(0.0) } else { sum };
                    assert_eq!(found, expected, "{at} of {channels} x {height} x {width}");
                }
            }
        }
    }
}

#[test]
fn pixels_are_written_to_their_planes_with_bias_and_relu() {
    with_all(Writes);
}

#[derive(Clone, Copy)]
struct Limits;

impl Task for Limits {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for lane in 0..LANES {
            for (number, fit) in [
                (TAME, true),
                (-TAME, true),
                (TAME.next_up(), false),
                (-TAME.next_up(), false),
                (f32::INFINITY, false),
                (f32::NEG_INFINITY, false),
                (f32::NAN, false),
                (-f32::NAN, false),
            ] {
                let mut lanes = [1.0; LANES];
                lanes[lane] = number;
                let largest = simd.larger_magnitude(simd.zero(), simd.load(&lanes));
                let largest = simd.larger_magnitude(largest, simd.splat(3.0));
                assert_eq!(tame(simd, largest), fit, "{number} in lane {lane}");
            }
        }
    }
}

#[test]
fn numbers_above_two_to_the_fortieth_are_not_tame_in_any_lane() {
    with_all(Limits);
}
