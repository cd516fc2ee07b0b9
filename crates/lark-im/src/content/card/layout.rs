//! How elements stand to each other.

lark_core::open_enum! {
    /// Which way elements follow each other.
    Direction {
        /// One below the other.
        Vertical = "vertical",
        /// Side by side.
        Horizontal = "horizontal",
    }
}

lark_core::open_enum! {
    /// To which side elements, or words, go.
    HorizontalAlign {
        /// To the left.
        Left = "left",
        /// To the middle.
        Center = "center",
        /// To the right.
        Right = "right",
    }
}

lark_core::open_enum! {
    /// To which end elements go.
    VerticalAlign {
        /// To the top.
        Top = "top",
        /// To the middle.
        Center = "center",
        /// To the bottom.
        Bottom = "bottom",
    }
}
