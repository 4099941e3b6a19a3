/* A shared library must have a source file; the functions come from rope::compiled. */
extern const int rope_shared_has_a_source_file;
const int rope_shared_has_a_source_file = 1;
