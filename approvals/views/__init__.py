"""The pages of the programme: plain functions of four beats: fetch, form, act, answer."""
