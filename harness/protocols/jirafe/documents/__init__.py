"""The documents of the Events API: what a back end sends, how it is judged, and what is answered."""
