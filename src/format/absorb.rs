/// Declares which event moves what of a state, once: the list of events, and the way from a record
/// to the method of its event, follow. The methods take the event and whatever arguments are named.
macro_rules! absorbs {
    ($state:ident $args:tt { $($event:ident => $method:ident,)* }) => {
        /// The events that move anything.
        pub(crate) const EVENTS: &[u16] = &[$($event::ROW.number,)*];

        absorbs!(@way $state $args $args { $($event => $method,)* });
    };
    (@way $state:ident ($($arg:ident: $of:ty),*) $args:tt { $($event:ident => $method:ident,)* }) => {
        impl $state {
            /// Lets an event move what it moves.
            ///
            /// # Errors
            /// When the event cannot be read: it has moved nothing.
            #[inline]
            pub(crate) fn absorb(
                &mut self,
                record: &$crate::record::Record<'_>,
                $($arg: $of,)*
            ) -> Result<(), $crate::event::Malformed> {
                $(
                    if record.number == $event::ROW.number {
                        let event = $crate::format::render::decode::<$event>(record.payload)?;
                        absorbs!(@call self, $method, event, $args);
                        return Ok(());
                    }
                )*
                Ok(())
            }
        }
    };
    (@call $state:ident, $method:ident, $event:ident, ($($arg:ident: $of:ty),*)) => {
        $state.$method(&$event, $($arg),*)
    };
}

pub(crate) use absorbs;
