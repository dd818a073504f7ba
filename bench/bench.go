// Package bench holds the parts of a sweep, each a folder that builds on those before it
// alone: stats, text, eval, clock, recipe, plan, sweep; verdict and compare read records.
// Its own tests record what the embedded model counts and how fast it runs, which
// .ci/parent compares with the parent commit.
package bench
