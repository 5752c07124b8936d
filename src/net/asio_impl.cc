// SPDX-License-Identifier: Apache-2.0
//
// The one place where Asio's own functions are compiled (BOOST_ASIO_SEPARATE_COMPILATION in
// CMakeLists.txt keeps them out of every other file).
#include <boost/asio/impl/src.hpp>
