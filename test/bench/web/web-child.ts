/** Loaded before the built process of the readers: tells the parent how much CPU time the process has taken, when it asks. */
process.on('message', () => process.send?.(process.cpuUsage()));
