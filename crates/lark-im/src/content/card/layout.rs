//! Layout of elements.

lark_core::open_enum! {
    /// Direction in which elements are laid out.
    Direction {
        /// From top to bottom.
        Vertical = "vertical",
        /// From left to right.
        Horizontal = "horizontal",
    }
}

lark_core::open_enum! {
    /// Horizontal alignment of elements or text.
    HorizontalAlign {
        /// Left.
        Left = "left",
        /// Centered.
        Center = "center",
        /// Right.
        Right = "right",
    }
}

lark_core::open_enum! {
    /// Vertical alignment of elements.
    VerticalAlign {
        /// Top.
        Top = "top",
        /// Centered.
        Center = "center",
        /// Bottom.
        Bottom = "bottom",
    }
}
