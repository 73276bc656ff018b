// What a network's distributions over colours become at a temperature: the colour of each pixel, and
// how near all of them are to the truth. CIE Lab to sRGB as the program does it.
"use strict";

const model = (() => {
  const STEPS = 255;

  /** a and b in the middle of a cell of the plane, which is cut into windows from -110 on. */
  function centre(cell, window) {
    const side = Math.ceil(220 / window);
    return [Math.floor(cell / side), cell % side].map((place) => -110 + (place + 0.5) * window);
  }

  /**
   * exp(logit / T) by the byte that a logit is stored in; the largest logit of a pixel is 0. This is
   * z to the power 1 / T, not yet scaled to sum 1.
   */
  function powers(deepest, temperature) {
    return Float64Array.from({ length: STEPS + 1 }, (_, step) => Math.exp((-deepest * (step / STEPS) ** 2) / temperature));
  }

  /** The distribution of one pixel at a temperature. */
  function distribution(steps, deepest, temperature) {
    const power = powers(deepest, temperature);
    const raw = Float64Array.from(steps, (step) => power[step]);
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((value) => value / sum);
  }

  /** The annealed mean of each pixel: a and b, pixel after pixel. `steps` has a byte a bin and pixel. */
  function colours(steps, centres, deepest, temperature) {
    const power = powers(deepest, temperature);
    const bins = centres.length;
    const found = new Float64Array((2 * steps.length) / bins);
    for (let pixel = 0; 2 * pixel < found.length; pixel += 1) {
      let [sum, a, b] = [0, 0, 0];
      for (let bin = 0; bin < bins; bin += 1) {
        const weight = power[steps[pixel * bins + bin]];
        sum += weight;
        a += weight * centres[bin][0];
        b += weight * centres[bin][1];
      }
      found[2 * pixel] = a / sum;
      found[2 * pixel + 1] = b / sum;
    }
    return found;
  }

  /** Mean chroma by that of the truth, and the root mean square error of a and b. */
  function scores(found, truth) {
    let [chroma, trueChroma, squares] = [0, 0, 0];
    for (let k = 0; k < truth.length; k += 2) {
      chroma += Math.hypot(found[k], found[k + 1]);
      trueChroma += Math.hypot(truth[k], truth[k + 1]);
      squares += (found[k] - truth[k]) ** 2 + (found[k + 1] - truth[k + 1]) ** 2;
    }
    return { chroma: chroma / trueChroma, rmse: Math.sqrt(squares / truth.length) };
  }

  /** Class weights, scaled so that a pixel weighs 1 on average. */
  function weights(shares, lambda) {
    const raw = shares.map((share) => 1 / ((1 - lambda) * share + lambda / shares.length));
    const mean = raw.reduce((sum, weight, bin) => sum + weight * shares[bin], 0);
    return raw.map((weight) => weight / mean);
  }

  const WHITE = [0.95047, 1, 1.08883];
  const TO_RGB = [
    [3.2404813432005266, -1.5371515162713185, -0.49853632616888777],
    [-0.9692549499965684, 1.8759900014898907, 0.04155592655829283],
    [0.05564663913517714, -0.20404133836651123, 1.0573110696453443],
  ];

  /** The sRGB pixel of a colour, clipped; L from 0 to 100. */
  function rgb(lightness, a, b) {
    const y = (lightness + 16) / 116;
    const cube = (t) => (t > 6 / 29 ? t ** 3 : (3 * (6 / 29) ** 2) * (t - 4 / 29));
    // As in scikit-image the root of Z is at least zero.
    const xyz = [y + a / 500, y, Math.max(0, y - b / 200)].map((t, k) => cube(t) * WHITE[k]);
    return TO_RGB.map((row) => {
      const linear = row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2];
      const value = linear > 0.0031308 ? 1.055 * linear ** (1 / 2.4) - 0.055 : 12.92 * linear;
      return Math.round(255 * Math.min(1, Math.max(0, value)));
    });
  }

  /** All of it at once, as the program's test asks for it. */
  function seen({ steps, cells, window, deepest, truth }, temperature) {
    const centres = cells.map((cell) => centre(cell, window));
    const found = colours(steps, centres, deepest, temperature);
    return { colours: Array.from(found), ...scores(found, truth) };
  }

  return { centre, distribution, colours, scores, weights, rgb, seen };
})();
