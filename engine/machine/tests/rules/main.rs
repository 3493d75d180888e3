//! The rules of the market, each as a test that reads like it.

mod accounts;
mod cancel;
mod collars;
mod end_of_day;
mod good_till;
mod halts;
mod holds;
mod limit;
mod listing;
mod market;
mod minimum_quantity;
mod names;
mod order;
mod post_only;
mod priority;
mod reasons;
mod refusals;
mod replace;
mod self_trade;
mod sessions;
mod stops;
mod time_in_force;
mod transfers;
mod venue;
mod words;
