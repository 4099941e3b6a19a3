# Install the headers and a package that find_package(rope [COMPONENTS core rope json]) reads.
# SPDX-License-Identifier: MIT
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(rope_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/rope")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/rope" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

# One export file per component: the configuration reads those whose dependency is there.
foreach(component IN ITEMS core rope json)
  install(TARGETS rope_${component} EXPORT rope-${component} INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT rope-${component} FILE rope-${component}-targets.cmake NAMESPACE rope::
    DESTINATION "${rope_package_dir}")
endforeach()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/rope-config.cmake.in"
  "${PROJECT_BINARY_DIR}/cmake/rope-config.cmake" INSTALL_DESTINATION "${rope_package_dir}"
  NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break what the one before promised.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/cmake/rope-config-version.cmake"
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_SOURCE_DIR}/cmake/compiled.cpp" "${PROJECT_SOURCE_DIR}/cmake/compiled_c.cpp" DESTINATION "${rope_package_dir}")
install(FILES "${PROJECT_BINARY_DIR}/cmake/rope-config.cmake" "${PROJECT_BINARY_DIR}/cmake/rope-config-version.cmake"
  DESTINATION "${rope_package_dir}")
