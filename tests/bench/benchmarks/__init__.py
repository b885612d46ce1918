"""One benchmark a file, found by being here: ``measure(place, repeat)`` gives its rows."""
