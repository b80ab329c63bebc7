//! The program of a peer: measures rounds that the benchmark asks for.

use crate::measure::{Round, Worker, round};

/// Measures rounds as the lines of the input ask for, until it ends. A line is the number of calls,
/// how many are in flight, and whether to count allocations.
pub(crate) fn serve<W: Worker>(worker: impl Fn() -> W) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut workers = Vec::new();
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let mut words = line.split(' ').map(|word| word.parse::<usize>().unwrap());
        let (calls, in_flight) = (words.next().unwrap(), words.next().unwrap());
        let count = words.next().unwrap() == 1;
        if workers.len() != in_flight {
            workers = (0..in_flight).map(|_| worker()).collect();
        }
        let Round {
            wall,
            cpu,
            allocations,
        } = round(&runtime, &mut workers, calls, count);
        println!("{} {} {allocations}", wall.as_nanos(), cpu.as_nanos());
    }
}
