//! The mean of scores, and how sure it is.

/// Sums of scores `x` that count `w` of `WHOLE` each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub n: i64,
    /// Σ w
    pub weight: i64,
    /// Σ w·x
    pub first: i64,
    /// Σ w·x²
    pub second: i64,
    /// Σ w²
    pub squares: i64,
}

/// The quantile of the standard normal distribution that leaves 2.5 % above it.
const Z: f64 = 1.959_963_984_540_054;

/// Below this many answers the expansion of the quantile is no longer near enough.
const FEWEST: f64 = 4.0;

impl Sums {
    pub fn mean(&self) -> Option<f64> {
        (self.weight > 0).then(|| real(self.first) / real(self.weight))
    }

    /// The two-sided 95 % interval of the mean by Student's t, within the scale
    /// from `low` to `high`. Where answers count in part, as many as Kish's
    /// effective sample size, (Σw)² / Σw² (L. Kish, Survey Sampling, 1965,
    /// section 11.7), stand for them. `None` with fewer than four.
    pub fn interval(&self, low: f64, high: f64) -> Option<(f64, f64)> {
        let mean = self.mean()?;
        let n = real(self.weight).powi(2) / real(self.squares);
        if n < FEWEST {
            return None;
        }
        let spread = (real(self.second) / real(self.weight) - mean * mean).max(0.0);
        let error = (spread / (n - 1.0)).sqrt() * student(n - 1.0);
        Some(((mean - error).max(low), (mean + error).min(high)))
    }
}

/// The 97.5 % quantile of Student's t with `df` degrees of freedom, by the
/// expansion of Abramowitz and Stegun, Handbook of Mathematical Functions,
/// 26.7.5; from three degrees on it is right to half a hundredth.
fn student(df: f64) -> f64 {
    let z2 = Z * Z;
    let first = Z * (z2 + 1.0) / 4.0;
    let second = Z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let third = Z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    let fourth = Z * ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92_160.0;
    Z + first / df + second / df.powi(2) + third / df.powi(3) + fourth / df.powi(4)
}

/// Points as hundredths.
#[expect(clippy::cast_possible_truncation, reason = "means lie within the scale")]
pub fn hundredths(points: f64) -> i64 {
    (points * 100.0).round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "sums of scores are far below 2^53")]
fn real(n: i64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scores: &[(i64, i64)]) -> Sums {
        let mut sums = Sums::default();
        for (w, x) in scores {
            sums.n += 1;
            sums.weight += w;
            sums.first += w * x;
            sums.second += w * x * x;
            sums.squares += w * w;
        }
        sums
    }

    #[test]
    fn the_quantiles_are_those_of_the_tables() {
        // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
        for (df, t) in [(3.0, 3.182), (4.0, 2.776), (9.0, 2.262), (29.0, 2.045), (100.0, 1.984)] {
            assert!((student(df) - t).abs() < 0.005, "{df}: {}", student(df));
        }
    }

    #[test]
    fn whole_answers_give_the_mean_and_its_t_interval() {
        let sums = of(&[1, 2, 3, 4, 5].map(|x| (1_000, x)));
        let (low, high) = sums.interval(0.0, 6.0).unwrap();
        // 3 ± 2.776 · √2.5 / √5
        assert_eq!((sums.mean(), hundredths(low), hundredths(high)), (Some(3.0), 104, 496));
        assert_eq!(sums.interval(1.5, 4.5), Some((1.5, 4.5)));
        assert_eq!(of(&[(1_000, 4); 5]).interval(1.0, 5.0), Some((4.0, 4.0)));
    }

    #[test]
    fn parts_of_answers_weigh_less_and_few_say_nothing() {
        let halves = of(&[(500, 2), (500, 4), (500, 2), (500, 4), (500, 3)]);
        let wholes = of(&[(1_000, 2), (1_000, 4), (1_000, 2), (1_000, 4), (1_000, 3)]);
        assert_eq!(halves.interval(1.0, 5.0), wholes.interval(1.0, 5.0));
        assert_eq!(of(&[(1_000, 5), (10, 1), (10, 1), (10, 1), (10, 1)]).interval(1.0, 5.0), None);
        assert_eq!(hundredths(of(&[(750, 5), (250, 1)]).mean().unwrap()), 400);
        assert_eq!(Sums::default().mean(), None);
    }
}
