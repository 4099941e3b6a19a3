// The same operator new as the room rotate's.
#include "../rotate/allocations_part.cpp"
