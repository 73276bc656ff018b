//! Colouring pictures of one's own: `colorization train` and `colorization colorize`.

mod colorize;
mod train;

use clap::Subcommand;
use retrace_lab::Result;
use retrace_lab::cli::Tool;

pub use colorize::Colorize;
pub use train::Train;

/// The model file that `train` writes and `colorize` reads when no other is named.
pub const MODEL: &str = "colorization.safetensors";

/// What the method does with pictures of one's own.
#[derive(Debug, Subcommand)]
pub enum Tools {
    /// Train a network that colours, and write it to a model file
    ///
    /// The network, the loss and the data are those of the arm as-described, one seed. A training
    /// that was stopped goes on where it was when the same command is started again; what it needs
    /// for that lies below `--out`. The command stands in the model file, without folders: where
    /// data lie is everybody's own.
    #[command(after_long_help = "Example:\n  \
            colorization train --preset post --data-dir data --model photos.safetensors")]
    Train(Train),
    /// Colour a black and white picture, or all pictures of a folder
    ///
    /// Colour pictures are taken for their lightness. Each pixel's colour is the annealed mean of
    /// what the network gives for it; a temperature near 0 gives vivid colours with edges between
    /// them, 1 pale ones. Colours outside sRGB are clipped, and their number is printed. Large
    /// pictures pass in tiles.
    ///
    /// A folder is taken with all its subfolders, but for hidden ones. The folder of `--output` may
    /// lie within it: what is there is not coloured again.
    #[command(after_long_help = "Examples:\n  \
            colorization colorize photo.jpg --temperature 0.38 -o out.png\n  \
            colorization colorize album --model photos.safetensors -o coloured")]
    Colorize(Colorize),
}

impl Tool for Tools {
    fn run(self) -> Result<()> {
        match self {
            Self::Train(train) => train.run(),
            Self::Colorize(colorize) => colorize.run(),
        }
    }
}
